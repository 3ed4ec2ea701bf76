package org.cumae.net;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The weights of a next-token model, and a row of the embedding for a mask: the mean of the others
/// and a little noise. A head that was shared with the embedding becomes one of its own, since the
/// mask has no law.
///
/// Chance comes from libtorch's generator: seed it first.
record Filling(Checkpoint base, TransformerConfig config) implements Source {
    private static final double NOISE = 0.1; // of the embedding's own deviation

    @Override
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape) {
        return base.take(role, slices, turned, shape);
    }

    @Override
    public Tensor table(String name, long count, long width) {
        Tensor known =
                base.read(List.of(new Stored.Slice(name, count - 1)), false, count - 1, width);
        Tensor mask =
                known.mean(new long[] {0}, true, new ScalarTypeOptional())
                        .add(torch.randn(1, width).mul(known.std()).mul(Ops.scalar(NOISE)));
        return base.keep(
                new Stored(
                        Ops.cat(List.of(known, mask), 0),
                        List.of(new Stored.Slice(name, count)),
                        false,
                        Role.MATRIX));
    }

    @Override
    public Linear head(String name, long out, long in) {
        if (!config.tiedHead()) {
            return base.head(name, out, in);
        }
        String embedding = LlamaNames.HUGGING_FACE.embedding();
        Tensor shared =
                base.read(List.of(new Stored.Slice(embedding, out)), false, out, in).clone();
        return new Linear.Plain(
                base.keep(
                        new Stored(
                                shared,
                                List.of(new Stored.Slice(name + ".weight", out)),
                                false,
                                Role.MATRIX)),
                Optional.empty());
    }

    @Override
    public Owned finish(Predicate<String> ignored) {
        return base.finish(ignored.or(name -> config.tiedHead() && name.equals("lm_head.weight")));
    }
}
