package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.train.Learner.Loss;

import java.util.Optional;

/// Holds a learner against data that it did not learn from.
public final class HeldOut {
    private HeldOut() {}

    /// The mean loss over the first batches, in nats a variable.
    ///
    /// @param count how many batches
    public static <B> double loss(Learner<B> learner, Batches<B> batches, int count) {
        double total = 0;
        long terms = 0;
        for (int number = 0; number < count; number++) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                Loss loss = learner.loss(batches.at(number), Optional.empty());
                total += loss.total().item_double();
                terms += loss.terms();
            }
        }
        return total / terms;
    }
}
