package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is added to a linear layer of one or more parts: for each a product of two thin matrices,
/// `alpha / rank * B A`.
///
/// @param down the parts' A, one under the other, `[parts * rank, in]`
/// @param ups the parts' B, `[out of the part, rank]`; zero before training
/// @param scale `alpha / rank`
/// @see <a href="https://arxiv.org/abs/2106.09685">Hu et al. 2021, LoRA</a>
record LowRank(Tensor down, List<Tensor> ups, double scale) {
    static LowRank take(Source source, List<Source.Part> parts, long in, MaskShape shape) {
        long rank = shape.rank();
        List<Stored.Slice> slices =
                parts.stream()
                        .map(part -> new Stored.Slice(part.name() + ".lora_A.weight", rank))
                        .toList();
        Tensor down = source.take(Source.Role.MATRIX, slices, false, parts.size() * rank, in);
        List<Tensor> ups = new ArrayList<>();
        for (Source.Part part : parts) {
            List<Stored.Slice> own =
                    List.of(new Stored.Slice(part.name() + ".lora_B.weight", part.out()));
            ups.add(source.take(Source.Role.SHIFT, own, false, part.out(), rank));
        }
        return new LowRank(down, ups, shape.alpha() / rank);
    }

    /// What is added.
    ///
    /// @param x `[rows, in]`
    /// @return `[rows, out]`
    Tensor forward(Tensor x) {
        Tensor inner = Ops.linear(x, down, Optional.empty()); // [rows, parts * rank]
        long rank = down.size(0) / ups.size();
        List<Tensor> parts = new ArrayList<>();
        for (Tensor up : ups) {
            Tensor own = inner.narrow(1, parts.size() * rank, rank); // [rows, rank]
            parts.add(Ops.linear(own, up, Optional.empty()));
        }
        return Ops.cat(parts, 1).mul(Ops.scalar(scale));
    }

    /// The matrix that adds the same, `[out, in]`.
    Tensor matrix() {
        long rank = down.size(0) / ups.size();
        List<Tensor> parts = new ArrayList<>();
        for (Tensor up : ups) {
            parts.add(up.mm(down.narrow(0, parts.size() * rank, rank)));
        }
        return Ops.cat(parts, 0).mul(Ops.scalar(scale));
    }
}
