package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Takes a model for a process that computes its blocks with others and leaves the head to the
/// first of them. In the head's place stands something that takes no memory.
record Headless(Source whole, Set<String> left) implements Source {
    Headless(Source whole) {
        this(whole, new HashSet<>());
    }

    @Override
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape) {
        return whole.take(role, slices, turned, shape);
    }

    @Override
    public Tensor table(String name, long count, long width) {
        return whole.table(name, count, width);
    }

    @Override
    public Linear linear(List<Part> parts, boolean biased, long in, boolean turned) {
        return whole.linear(parts, biased, in, turned);
    }

    @Override
    public Linear head(String name, long out, long in) {
        left.add(name + ".weight");
        return standIn(out, in);
    }

    @Override
    public Linear tied(Tensor table) {
        return standIn(table.size(0), table.size(1));
    }

    private static Linear standIn(long out, long in) {
        return new Linear.Plain(torch.zeros(1).expand(out, in), Optional.empty());
    }

    @Override
    public Owned finish(Predicate<String> ignored) {
        return whole.finish(ignored.or(left::contains));
    }
}
