package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.TransformerConfig;
import org.cumae.picture.CodeManner;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// Classes as conditions of pictures: some pictures are shown without theirs in training, so that a
/// model can be asked without one.
///
/// @param first the id of the first class
/// @param count how many there are; the id behind the last stands for none in particular
/// @param dropped the share of pictures shown without their class
public record Classes(int first, int count, double dropped) {
    /// Checks the share.
    ///
    /// @throws IllegalArgumentException if it is out of range
    public Classes {
        Check.argument(
                dropped >= 0 && dropped <= 1,
                "%s of classes are dropped; it must be in [0, 1]",
                dropped);
    }

    /// Refuses a model that has other ids.
    ///
    /// @param manner whose codes and conditions they are to be
    void check(TransformerConfig config, CodeManner manner) {
        int ids = manner.firstCondition() + count + 1;
        Check.argument(
                config.vocabulary() == ids,
                "model %s has %d ids; %d codes and %d classes need %d",
                config.name(),
                config.vocabulary(),
                manner.code().vocabulary(),
                count,
                ids);
    }

    /// The ids of pictures' conditions.
    ///
    /// @param chance of training; without it no class is dropped
    int[] conditions(List<Integer> labels, Optional<Generator> chance) {
        float[] coins =
                chance.map(
                                drawing ->
                                        Ops.floats(
                                                Ops.coins(
                                                        torch.zeros(labels.size()),
                                                        dropped,
                                                        drawing)))
                        .orElse(new float[labels.size()]);
        int[] conditions = new int[coins.length];
        for (int i = 0; i < coins.length; i++) {
            conditions[i] = first + (coins[i] == 1 ? count : labels.get(i));
        }
        return conditions;
    }
}
