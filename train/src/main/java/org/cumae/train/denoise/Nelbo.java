package org.cumae.train.denoise;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.model.Denoising;
import org.cumae.net.Backbone;
import org.cumae.train.Batches;
import org.cumae.train.denoise.MaskProcess.Maskable;
import org.cumae.train.denoise.MaskProcess.NoisyBatch;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Tokenizer;

import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// A bound from above on the surprise of text under a model that fills masks, in nats a token.
///
/// It is the mean surprise of writing each block in a uniformly random order, one token a pass:
/// what is masked is an exact number of a block's tokens, weighed by its inverse share, whatever
/// the model's loss weighed. The looks at each window are spread evenly over that number. A perfect
/// model's bound is the entropy.
///
/// @param looks at each window
/// @param seed of the masks
public record Nelbo(int looks, long seed) {
    /// The bound over some batches.
    ///
    /// @param surprise of the masked tokens of a batch, the weighed sum in nats
    /// @param count how many batches
    public double of(
            ToDoubleFunction<NoisyBatch> surprise,
            Denoising denoising,
            Batches<WindowBatch> windows,
            int count) {
        double sum = 0;
        long tokens = 0;
        for (int number = 0; number < count; number++) {
            for (int look = 0; look < looks; look++) {
                NoisyBatch noisy =
                        MaskProcess.COUNTED.look(
                                windows.at(number),
                                denoising,
                                Maskable.ALL,
                                look,
                                looks,
                                seed + number);
                sum += surprise.applyAsDouble(noisy);
                tokens += noisy.maskable();
            }
        }
        return sum / tokens;
    }

    /// The bound under a backbone, in the blocks that it was taught.
    public double of(
            Backbone backbone, Tokenizer tokenizer, Batches<WindowBatch> windows, int count) {
        return of(
                MaskedBlocks.of(backbone, tokenizer),
                backbone.config().denoising().orElseThrow(),
                windows,
                count);
    }

    /// The bound under a learner, whatever it weighs.
    ///
    /// @param denoising the blocks that are written one after the other
    public double of(
            MaskedBlocks learner, Denoising denoising, Batches<WindowBatch> windows, int count) {
        return of(
                noisy -> {
                    try (var _ = new PointerScope();
                            var _ = new NoGradGuard()) {
                        return learner.loss(noisy, Optional.empty()).total().item_double();
                    }
                },
                denoising,
                windows,
                count);
    }
}
