package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;

import java.util.Arrays;
import java.util.Set;

/// One process's share of a model that several compute together: whole heads, and channels inside
/// the feed-forward parts. What reads the residual stream is cut by its outputs and what writes
/// into it by its inputs, so that the ranks add up twice in a block; the rest all of them have.
///
/// @param rank which, from 0
/// @param count how many there are
/// @see <a href="https://arxiv.org/abs/1909.08053">Shoeybi et al. 2019, Megatron-LM</a>
record Share(int rank, int count) {
    static final Share WHOLE = new Share(0, 1);

    private static final Set<String> UNCUT =
            Set.of("gpt2", "mamba", "mamba2", "jamba", "s4", "s4d", "s5");

    /// The shape of this share.
    ///
    /// @throws IllegalArgumentException if the model cannot be cut so
    TransformerConfig of(TransformerConfig whole) {
        if (count == 1) {
            return whole;
        }
        Check.argument(
                !UNCUT.contains(whole.family()) && whole.picture().isEmpty(),
                "model %s is of family %s, and those and pictures run in one process only; leave"
                        + " out --tensor-parallel",
                whole.name(),
                whole.family());
        Check.argument(
                !whole.biases().contains(TransformerConfig.Bias.OUTPUT)
                        && !whole.biases().contains(TransformerConfig.Bias.MLP),
                "model %s adds biases to what it writes into the residual stream, which several"
                        + " processes would each add; leave out --tensor-parallel",
                whole.name());
        return whole.share(
                cut(whole, "query heads", whole.heads()),
                cut(whole, "key heads", whole.keyHeads()),
                cut(whole, "inner channels", whole.innerWidth()));
    }

    /// Where a share's tensors come from: the first rank alone has the head.
    Source blocks(Source all) {
        return rank == 0 ? all : new Headless(all);
    }

    private int cut(TransformerConfig whole, String what, int size) {
        Check.argument(
                size % count == 0,
                "model %s has %d %s, which %d processes do not share evenly",
                whole.name(),
                size,
                what,
                count);
        return size / count;
    }

    /// Whether a tensor of one shape is stored whole, or such that this share of it has another.
    boolean fits(long[] stored, long[] asked) {
        return Arrays.equals(stored, asked) || cutAxis(stored, asked) >= 0;
    }

    /// This share of what is stored. Needs an open scope.
    ///
    /// @param stored a tensor that fits
    Tensor of(Tensor stored, long[] asked) {
        int axis = cutAxis(stored.shape(), asked);
        return axis < 0 ? stored : stored.narrow(axis, rank * asked[axis], asked[axis]);
    }

    /// The one axis that is longer by the number of shares; -1 where there is none.
    private int cutAxis(long[] stored, long[] asked) {
        if (count == 1 || stored.length != asked.length) {
            return -1;
        }
        int axis = Arrays.mismatch(stored, asked);
        if (axis < 0 || stored[axis] != count * asked[axis]) {
            return -1;
        }
        long[] rest = stored.clone();
        rest[axis] = asked[axis];
        return Arrays.equals(rest, asked) ? axis : -1;
    }
}
