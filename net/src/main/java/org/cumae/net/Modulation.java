package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// What the condition of a row does to a block: shifts and scales what its two parts read, and
/// scales what they add.
///
/// @param from the condition to six vectors: two scales of what is added, two of what is read, two
///   shifts, `[6 width, width]`
/// @see <a href="https://arxiv.org/abs/2404.02905">Tian et al. 2024, VAR</a>
record Modulation(Linear from) {
    private static final double CLOSED =
            1e-3; // gates begin almost shut, so that blocks begin as nothing
    private static final double HALF = 0.5;

    /// The six vectors of each row.
    ///
    /// @param read what is added to 1 and multiplied, for each part, `[tokens, width]`
    /// @param shift what is added then
    /// @param add what multiplies what a part adds
    record Of(List<Tensor> read, List<Tensor> shift, List<Tensor> add) {
        /// What a part reads.
        Tensor reading(int part, Tensor x) {
            return x.mul(read.get(part).add(Ops.scalar(1))).add(shift.get(part));
        }

        /// What a part adds.
        Tensor adding(int part, Tensor x) {
            return x.mul(add.get(part));
        }
    }

    Of of(Conditions conditions) {
        Tensor all = from.forward(conditions.vectors(), Gate.CLOSED); // [conditions, 6 width]
        long width = all.size(1) / 6;
        List<Tensor> six =
                Ops.split(
                        conditions.of().map(of -> all.index_select(0, of)).orElse(all),
                        1,
                        width,
                        width,
                        width,
                        width,
                        width,
                        width);
        return new Of(six.subList(2, 4), six.subList(4, 6), six.subList(0, 2));
    }

    /// Makes fresh weights begin as they should.
    void begin() {
        if (from instanceof Linear.Plain(Tensor weight, var _)) {
            long width = weight.size(1);
            weight.narrow(0, 0, 2 * width).mul_(Ops.scalar(CLOSED));
            weight.narrow(0, 2 * width, 4 * width).mul_(Ops.scalar(HALF));
        }
    }

    /// Conditions of rows.
    ///
    /// @param vectors `[conditions, width]`
    /// @param of which of them each row has, `[tokens] int64`; without it each row has its own
    record Conditions(Tensor vectors, Optional<Tensor> of) {
        /// One for each row.
        ///
        /// @param vectors `[tokens, width]`
        static Conditions each(Tensor vectors) {
            return new Conditions(vectors, Optional.empty());
        }

        /// @param vectors `[conditions, width]`
        /// @param of which of them each row has, `[tokens] int64`
        static Conditions some(Tensor vectors, Tensor of) {
            return new Conditions(vectors, Optional.of(of));
        }
    }
}
