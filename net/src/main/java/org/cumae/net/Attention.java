package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
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
