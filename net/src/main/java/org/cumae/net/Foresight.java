package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;

/// What a frozen model has learned to foresee tokens under masks, beside the additions to its
/// layers.
///
/// @param embeddings of the masks, `[masks, width]`
/// @param first of the two layers that join a hidden state with the token before, `[width, 2
///   width]`
/// @param owned all tensors, those of the additions too
/// @see <a href="https://arxiv.org/abs/2507.11851">Samragh et al. 2025</a>
record Foresight(
        MaskShape shape,
        Tensor embeddings,
        Linear first,
        Norm between,
        Linear second,
        Norm last,
        Owned owned) {
    private static final double EPSILON = 1e-5;

    /// Takes what is left of a source after the additions were taken.
    static Foresight take(Source source, TransformerConfig config, MaskShape shape) {
        long width = config.width();
        return new Foresight(
                shape,
                source.take(
                        Source.Role.MATRIX,
                        List.of(new Stored.Slice("masks.weight", shape.masks())),
                        false,
                        shape.masks(),
                        width),
                source.linear("sampler.first", true, width, 2 * width),
                norm(source, "sampler.between", width),
                source.linear("sampler.second", true, width, width),
                norm(source, "sampler.last", width),
                source.finish(_ -> false));
    }

    private static Norm norm(Source source, String name, long width) {
        return new Norm.Layer(
                source.take(
                        Source.Role.SCALE,
                        List.of(new Stored.Slice(name + ".weight", width)),
                        false,
                        width),
                source.take(
                        Source.Role.SHIFT,
                        List.of(new Stored.Slice(name + ".bias", width)),
                        false,
                        width),
                EPSILON);
    }

    /// A hidden state that knows the token before.
    ///
    /// @param before embeddings of the tokens before, `[rows, width]`
    /// @param hidden `[rows, width]`
    /// @return `[rows, width]`, for the head
    Tensor joined(Tensor before, Tensor hidden) {
        Tensor x = Ops.cat(List.of(before, hidden), 1); // [rows, 2 width]
        Tensor inner = between.forward(torch.silu(first.forward(x, Gate.CLOSED)));
        return last.forward(torch.silu(second.forward(inner, Gate.CLOSED)));
    }
}
