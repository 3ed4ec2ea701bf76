package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.function.Predicate;

/// Takes a model with a low-rank addition to every linear layer of its blocks.
///
/// @param base where the model comes from
/// @param added where the additions come from
record Adapting(Source base, Source added, MaskShape shape) implements Source {
    @Override
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... tensor) {
        return base.take(role, slices, turned, tensor);
    }

    @Override
    public Tensor table(String name, long count, long width) {
        return base.table(name, count, width);
    }

    @Override
    public Linear linear(List<Part> parts, boolean biased, long in, boolean turned) {
        Linear plain = base.linear(parts, biased, in, turned);
        return new Linear.Adapted(plain, LowRank.take(added, parts, in, shape));
    }

    @Override
    public Linear head(String name, long out, long in) {
        return base.head(name, out, in);
    }

    @Override
    public Linear tied(Tensor table) {
        return base.tied(table);
    }

    @Override
    public Owned finish(Predicate<String> ignored) {
        return base.finish(ignored);
    }
}
