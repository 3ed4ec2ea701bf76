package org.cumae.net;

import org.cumae.Check;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/// How the rows of one layer learn of the rows before them.
public sealed interface Mixing {
    /// Each row looks at rows that it sees.
    ///
    /// @param window how many of the last rows, itself among them; empty for all
    record Attention(OptionalInt window) implements Mixing {
        /// Checks the window.
        ///
        /// @throws IllegalArgumentException if it is not positive
        public Attention {
            positive("window", window.orElse(1));
        }
    }

    /// Each row adds to a state of fixed size, and reads from it, as much as it chooses.
    ///
    /// @param inner channels
    /// @param state numbers remembered for each channel
    /// @param kernel rows that the convolution before it sees, a row's own among them
    /// @param rank of the map from which the sizes of steps come
    /// @param normed whether the sizes of steps and both maps are normalised, as in Jamba
    /// @param biased whether the products in and out add something
    /// @param convolutionBiased whether the convolution does
    /// @see <a href="https://arxiv.org/abs/2312.00752">Gu and Dao 2023, Mamba</a>
    record Mamba(
            int inner,
            int state,
            int kernel,
            int rank,
            boolean normed,
            boolean biased,
            boolean convolutionBiased)
            implements Mixing {
        /// Checks the sizes.
        ///
        /// @throws IllegalArgumentException naming the size
        public Mamba {
            positive("inner", inner);
            positive("state", state);
            positive("kernel", kernel);
            positive("rank", rank);
        }

        /// As published models have it, for a width.
        public static Mamba of(int width) {
            return new Mamba(2 * width, 16, 4, Math.ceilDiv(width, 16), false, false, true);
        }
    }

    /// The same where all channels of a head forget alike, so that whole stretches are products of
    /// matrices.
    ///
    /// @param heads how many
    /// @param headDim channels of a head
    /// @param groups of heads that share what they write and read with; divides the heads
    /// @param state numbers remembered for each channel
    /// @param kernel rows that the convolution before it sees, a row's own among them
    /// @param chunk rows that are worked out by one product
    /// @param biased whether the products in and out add something
    /// @param convolutionBiased whether the convolution does
    /// @param leastStep the smallest size of a step
    /// @param mostStep the largest
    /// @see <a href="https://arxiv.org/abs/2405.21060">Dao and Gu 2024, Mamba-2</a>
    record Mamba2(
            int heads,
            int headDim,
            int groups,
            int state,
            int kernel,
            int chunk,
            boolean biased,
            boolean convolutionBiased,
            double leastStep,
            double mostStep)
            implements Mixing {
        /// Checks the sizes.
        ///
        /// @throws IllegalArgumentException naming the size
        public Mamba2 {
            positive("heads", heads);
            positive("headDim", headDim);
            positive("groups", groups);
            positive("state", state);
            positive("kernel", kernel);
            positive("chunk", chunk);
            Check.argument(
                    heads % groups == 0, "%d heads do not share %d groups evenly", heads, groups);
            Check.argument(
                    leastStep >= 0 && leastStep < mostStep,
                    "steps are limited to [%s, %s]; the first must be 0 or more and the smaller",
                    leastStep,
                    mostStep);
        }

        /// As published models have it but for smaller heads and states, which fit small models.
        ///
        /// @throws IllegalArgumentException if heads do not share twice the width evenly
        public static Mamba2 of(int width, int heads, int state) {
            Check.argument(
                    2 * width % heads == 0,
                    "%d heads do not share %d channels evenly",
                    heads,
                    2 * width);
            return new Mamba2(
                    heads,
                    2 * width / heads,
                    1,
                    state,
                    4,
                    64,
                    false,
                    true,
                    0,
                    Double.POSITIVE_INFINITY);
        }

        /// Channels in all.
        int inner() {
            return heads * headDim;
        }
    }

    /// Each channel by itself adds to a state of fixed size and reads from it, at every row alike;
    /// its numbers act on each other as those of HiPPO do.
    ///
    /// @param state numbers remembered for each channel, in conjugate pairs
    /// @see <a href="https://arxiv.org/abs/2111.00396">Gu et al. 2021, S4</a>
    record S4(int state) implements Mixing {
        /// Checks the size.
        ///
        /// @throws IllegalArgumentException if it is odd
        public S4 {
            paired(state);
        }
    }

    /// The same where each number acts on itself alone.
    ///
    /// @param state numbers remembered for each channel, in conjugate pairs
    /// @param start where its eigenvalues begin
    /// @see <a href="https://arxiv.org/abs/2206.11893">Gu et al. 2022, S4D</a>
    record S4d(int state, Start start) implements Mixing {
        /// Checks the size.
        ///
        /// @throws IllegalArgumentException if it is odd
        public S4d {
            paired(state);
        }
    }

    /// All channels add to one state of fixed size and read from it, at every row alike.
    ///
    /// @param state numbers remembered, in conjugate pairs
    /// @param blocks of the state, each with the eigenvalues of a state so small
    /// @param start where its eigenvalues begin
    /// @see <a href="https://arxiv.org/abs/2208.04933">Smith et al. 2022, S5</a>
    record S5(int state, int blocks, Start start) implements Mixing {
        /// Checks the sizes.
        ///
        /// @throws IllegalArgumentException if the blocks do not share the state in even parts
        public S5 {
            positive("blocks", blocks);
            Check.argument(
                    state % blocks == 0,
                    "%d blocks do not share a state of %d evenly",
                    blocks,
                    state);
            paired(state / blocks);
        }
    }

    /// Attention to all rows, in so many layers.
    static List<Mixing> attention(int layers) {
        return Collections.nCopies(layers, new Attention(OptionalInt.empty()));
    }

    /// Attention with these windows.
    static List<Mixing> attention(List<OptionalInt> windows) {
        return windows.stream().<Mixing>map(Attention::new).toList();
    }

    private static void paired(int state) {
        Check.argument(
                state > 0 && state % 2 == 0,
                "state is %d; it holds conjugate pairs and must be even",
                state);
    }

    private static void positive(String what, int value) {
        Check.argument(value > 0, "%s is %d; it must be 1 or more", what, value);
    }
}
