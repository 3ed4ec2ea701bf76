package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.cumae.torch.Ranks;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Each row looks at rows that its pass lets it see.
///
/// @param layer where its keys and values stand in the caches
/// @param window how many of the last positions a row sees; empty for all
/// @param input queries, keys and values in one product, `[(heads + 2 keyHeads) headDim, width]`
record Attention(
        int layer,
        int heads,
        int keyHeads,
        int headDim,
        OptionalInt window,
        Linear input,
        Linear output,
        Optional<Norm> queryNorm,
        Optional<Norm> keyNorm)
        implements Mixer {
    private static final double ALIKE = 4.0 / 3; // times as large as other matrices
    private static final double CONSTANT = 2; // deviation of what all values have in common

    /// The same heads, whose output other ranks' are added to.
    Attention addedUpBy(Ranks ranks) {
        return new Attention(
                layer,
                heads,
                keyHeads,
                headDim,
                window,
                input,
                new Linear.Summed(output, ranks),
                queryNorm,
                keyNorm);
    }

    /// The first half of the heads begins by looking for what is like the row that looks, and by
    /// telling how far off it is: their keys are made as their queries are, and their values have a
    /// part that is the same of all rows.
    ///
    /// Where something moved is found by what looks alike, and a head that has to learn what is
    /// alike, where that is and who asks for it all at once learns nothing for a long time.
    ///
    /// @see <a href="https://arxiv.org/abs/2305.09828">Trockman and Kolter 2023, of attention that
    ///   begins as trained attention looks</a>
    void beginAlike() {
        if (input instanceof Linear.Plain(Tensor weight, Optional<Tensor> bias)) {
            long half = (long) heads / 2 * headDim;
            Tensor queries = weight.narrow(0, 0, half).mul_(Ops.scalar(ALIKE));
            weight.narrow(0, (long) heads * headDim, half).copy_(queries);
            bias.ifPresent(
                    all ->
                            all.narrow(0, (long) (heads + keyHeads) * headDim, half)
                                    .copy_(torch.randn(half).mul_(Ops.scalar(CONSTANT))));
        }
    }

    @Override
    public List<Linear> layers() {
        return List.of(input, output);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor all =
                input.forward(x, pass.gate())
                        .unflatten(1, -1, headDim); // [tokens, all heads, headDim]
        List<Tensor> parts = Ops.split(all, 1, heads + keyHeads, keyHeads);
        List<Tensor> placed = Ops.split(placed(parts.getFirst(), pass), 1, heads, keyHeads);
        Tensor q = placed.getFirst(); // [tokens, heads, headDim]
        Tensor k = placed.getLast(); // [tokens, keyHeads, headDim]
        Tensor v = parts.getLast(); // same
        Optional<Rotation> turned = pass.rotation().filter(Rotation::values);
        Tensor found = pass.sight().mix(this, q, k, turned.map(turn -> turn.turnHalf(v)).orElse(v));
        Tensor mixed = // [tokens, heads * headDim]
                turned.map(turn -> turn.turnHalfBack(found.unflatten(1, -1, headDim)).flatten(1, 2))
                        .orElse(found);
        return output.forward(mixed, pass.gate()); // [tokens, width]
    }

    /// Queries and keys, normed and turned.
    ///
    /// @param both `[tokens, heads + keyHeads, headDim]`
    /// @return the same shape
    private Tensor placed(Tensor both, Pass pass) {
        Tensor normed = both;
        if (queryNorm.isPresent() && keyNorm.isPresent()) {
            List<Tensor> parts = Ops.split(both, 1, heads, keyHeads);
            Tensor q = queryNorm.get().forward(parts.getFirst());
            Tensor k = keyNorm.get().forward(parts.getLast());
            normed = Ops.cat(List.of(q, k), 1);
        }
        return pass.rotation().isPresent() ? pass.rotation().get().turn(normed) : normed;
    }
}
