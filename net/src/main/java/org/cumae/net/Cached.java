package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.model.Strip;
import org.cumae.torch.Crew;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Rows of several contexts, packed; each row sees rows of its own context, cached ones too.
record Cached(List<Stretch> stretches) implements Sight {
    private static final int KEYS = 8; // rows that take as long as reading the keys, which all do

    /// The query heads that share a key head lie side by side, so keys and values are only viewed
    /// that often.
    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        long group = by.heads() / by.keyHeads();
        Tensor queries =
                q.unflatten(1, by.keyHeads(), group)
                        .permute(1, 2, 0, 3); // [keyHeads, group, tokens, headDim]
        Tensor added =
                Ops.stack(List.of(k, v), 0)
                        .transpose(1, 2)
                        .unsqueeze(2); // [2, keyHeads, 1, tokens, headDim]
        for (Stretch stretch : stretches) {
            Tensor own = added.narrow(3, stretch.from(), stretch.rows());
            stretch.cache().keys().write(by.layer(), own);
        }
        return mixed(by, queries).permute(2, 0, 1, 3).flatten(1, 3); // [tokens, heads * headDim]
    }

    /// Each of the crew takes some contexts; of fewer contexts than hands, some heads of each.
    ///
    /// @param queries `[keyHeads, group, tokens, headDim]`
    /// @return same
    private Tensor mixed(Attention by, Tensor queries) {
        int hands = Crew.hands();
        int contexts = stretches.size();
        if (contexts >= hands) {
            int[] cuts = cuts(stretches.stream().mapToLong(Cached::cost).toArray(), hands);
            return Ops.cat(
                    Crew.share(
                            hands,
                            hand ->
                                    mixed(
                                            by,
                                            queries,
                                            stretches.subList(cuts[hand], cuts[hand + 1]),
                                            0)),
                    2);
        }
        int parts = Math.min(hands, by.keyHeads());
        return Ops.cat(
                Crew.share(
                        parts,
                        part -> {
                            int from = part * by.keyHeads() / parts;
                            int count = (part + 1) * by.keyHeads() / parts - from;
                            return mixed(by, queries.narrow(0, from, count), stretches, from);
                        }),
                0);
    }

    /// How long it takes to look at a context, in no unit.
    private static long cost(Stretch stretch) {
        return (KEYS + stretch.rows()) * (long) stretch.columns();
    }

    /// Where a line of things is cut so that each part costs about as much as each other.
    ///
    /// @param costs at least as many as parts
    /// @return the first of each part, and the end
    static int[] cuts(long[] costs, int parts) {
        long total = LongStream.of(costs).sum();
        int[] cuts = new int[parts + 1];
        cuts[parts] = costs.length;
        long before = 0;
        int at = 0;
        for (int part = 1; part < parts; part++) {
            int last = costs.length - (parts - part); // the others get one each
            // a thing belongs to the part in which its middle lies
            while (at < last
                    && (at <= cuts[part - 1]
                            || (2 * before + costs[at]) * parts < 2 * total * part)) {
                before += costs[at++];
            }
            cuts[part] = at;
        }
        return cuts;
    }

    /// @param queries `[some keyHeads, group, tokens, headDim]`
    /// @param some of the contexts, one after the other
    /// @param head the first of the key heads
    /// @return those contexts' share of the queries
    private static Tensor mixed(Attention by, Tensor queries, List<Stretch> some, int head) {
        List<Tensor> mixed = new ArrayList<>();
        for (Stretch stretch : some) {
            Tensor own = queries.narrow(2, stretch.from(), stretch.rows());
            mixed.add(mix(by, own, stretch, head));
        }
        return Ops.cat(mixed, 2);
    }

    /// Contexts that feed as many rows as each other are rolled side by side; each by itself and
    /// row by row where the last bits must not depend on that.
    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        NavigableMap<Integer, Tensor> rolled = new TreeMap<>(); // by where they stand
        if (rounding == Rounding.ALIKE) {
            stretches.forEach(stretch -> rolled.put(stretch.from(), stepped(by, x, stretch)));
            return Ops.cat(List.copyOf(rolled.values()), 0);
        }
        Map<Integer, List<Stretch>> alike =
                stretches.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Stretch::rows, LinkedHashMap::new, Collectors.toList()));
        alike.forEach(
                (rows, group) -> {
                    List<Memories> memories =
                            group.stream().map(stretch -> stretch.cache().memories()).toList();
                    Tensor theirs =
                            Ops.cat(
                                            group.stream()
                                                    .map(s -> x.narrow(0, s.from(), rows))
                                                    .toList(),
                                            0)
                                    .unflatten(0, group.size(), rows);
                    Recurrent.Rolled after = by.roll(theirs, Memories.joined(by, memories));
                    for (int i = 0; i < group.size(); i++) {
                        int at = i;
                        memories.get(i)
                                .stage(
                                        by,
                                        after.memory().stream()
                                                .map(part -> part.narrow(0, at, 1))
                                                .toList());
                        rolled.put(group.get(i).from(), after.y().select(0, i));
                    }
                });
        return Ops.cat(List.copyOf(rolled.values()), 0);
    }

    private static Tensor stepped(Recurrent by, Tensor x, Stretch stretch) {
        List<Tensor> memory = stretch.cache().memories().of(by);
        List<Tensor> rows = new ArrayList<>();
        for (long row = 0; row < stretch.rows(); row++) {
            Tensor one = x.narrow(0, stretch.from() + row, 1).unsqueeze(0);
            Recurrent.Rolled after = by.roll(one, memory);
            memory = after.memory();
            rows.add(after.y().select(0, 0));
        }
        stretch.cache().memories().stage(by, memory);
        return Ops.cat(rows, 0);
    }

    private static Tensor mix(Attention by, Tensor queries, Stretch stretch, int head) {
        Tensor held =
                stretch.cache()
                        .keys()
                        .rows(by.layer(), stretch.columns())
                        .narrow(
                                1,
                                head,
                                queries.size(0)); // [2, some keyHeads, 1, columns, headDim]
        List<Columns> seen = stretch.seen().get(by.window());
        if (seen == null) {
            return mix(by, queries, held, Objects.requireNonNull(stretch.masks().get(by.window())));
        }
        List<Tensor> rows = new ArrayList<>();
        for (int row = 0; row < seen.size(); row++) {
            Tensor columns = seen.get(row).of(held); // [2, some keyHeads, 1, seen, headDim]
            rows.add(attention(by, queries.narrow(2, row, 1), columns, Optional.empty()));
        }
        return Ops.cat(rows, 2);
    }

    private static Tensor mix(Attention by, Tensor queries, Tensor held, List<Masked> strips) {
        Masked first = strips.getFirst();
        if (strips.size() == 1 && first.strip().columns() == held.size(3)) { // as in most passes
            return attention(by, queries, held, first.seen());
        }
        List<Tensor> mixed = new ArrayList<>();
        for (Masked each : strips) {
            Strip strip = each.strip();
            mixed.add(
                    attention(
                            by,
                            queries.narrow(2, strip.from(), strip.rows()),
                            held.narrow(3, strip.first(), strip.columns()),
                            each.seen()));
        }
        return Ops.cat(mixed, 2);
    }

    /// @param queries `[some keyHeads, group, rows, headDim]`
    /// @param held their keys, then values, `[2, some keyHeads, 1, columns, headDim]`
    /// @return as the queries
    private static Tensor attention(
            Attention by, Tensor queries, Tensor held, Optional<Tensor> mask) {
        Tensor keys = held.select(0, 0); // [some keyHeads, 1, columns, headDim]
        Tensor values = held.select(0, 1); // same
        long group = queries.size(1);
        if (group > 1 && queries.size(2) == 1) { // its heads see the same: rows of one head
            return Ops.attention(queries.transpose(1, 2), keys, values, mask).transpose(1, 2);
        }
        if (group > 1) {
            long[] shape = {queries.size(0), group, held.size(3), by.headDim()};
            keys = keys.expand(shape);
            values = values.expand(shape);
        }
        return Ops.attention(queries, keys, values, mask);
    }
}
