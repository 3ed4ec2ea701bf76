package org.cumae.net;

import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// What a pass says of the rows that were asked about. What many rows want alike is worked out for
/// all of them at once.
final class Findings {
    private final Device device;
    private final Tensor logits; // [rows, vocab]
    private final Rows weighed; // rows of the logits for which single probabilities are wanted
    private final double[] masses; // the log of their sums, [weighed]
    private final Map<Integer, Best> best = new HashMap<>(); // by how many are wanted

    /// A want, and the row that it asks about.
    record Asked(Want want, int row) {
        boolean isScored() {
            return !(want instanceof Want.Hidden) && !isFlowing();
        }

        boolean isFlowing() {
            return want instanceof Want.Velocity || want instanceof Want.Width;
        }

        boolean isWeighed() {
            return want instanceof Want.Best || want instanceof Want.Scores;
        }

        Asked at(int place) {
            return new Asked(want, place);
        }
    }

    /// The best few ids of some rows, best first.
    ///
    /// @param rows whose
    /// @param logits `[rows, most]`
    /// @param ids same
    private record Best(Rows rows, float[] logits, int[] ids, int most) {}

    private Findings(Device device, Tensor logits, List<Asked> asked, Rounding rounding) {
        this.device = device;
        this.logits = logits;
        this.weighed = Rows.of(asked.stream().filter(Asked::isWeighed).mapToInt(Asked::row));
        this.masses =
                weighed.isEmpty()
                        ? new double[0]
                        : Ops.doubles(
                                rounding.each(
                                        weighed.of(logits, device),
                                        row -> row.to(ScalarType.Double).logsumexp(1)));
        asked.stream()
                .filter(a -> a.want() instanceof Want.Best)
                .map(a -> ((Want.Best) a.want()).count())
                .distinct()
                .forEach(count -> best.put(count, best(count, asked)));
    }

    /// Answers wants in their order. Needs an open scope.
    ///
    /// @param wants each with the packed row that it asks about
    /// @param streams what the blocks made of all rows
    /// @param rounding what the last bits of a row may depend on
    static List<Finding> of(
            Backbone backbone, List<Asked> wants, Directions streams, Rounding rounding) {
        List<Asked> blends = wants.stream().filter(a -> a.want() instanceof Want.Blend).toList();
        if (blends.isEmpty()) {
            return plain(backbone, wants, streams.trunk(), rounding);
        }
        Iterator<Finding> blended = blended(backbone, blends, streams).iterator();
        Iterator<Finding> others =
                plain(
                                backbone,
                                wants.stream()
                                        .filter(a -> !(a.want() instanceof Want.Blend))
                                        .toList(),
                                streams.trunk(),
                                rounding)
                        .iterator();
        return wants.stream()
                .map(a -> a.want() instanceof Want.Blend ? blended.next() : others.next())
                .toList();
    }

    private static List<Finding> blended(
            Backbone backbone, List<Asked> blends, Directions streams) {
        List<List<Want.Voice>> voices = new ArrayList<>();
        for (Asked each : blends) {
            int by = each.row() - each.want().row(); // where its query's rows begin
            voices.add(
                    ((Want.Blend) each.want())
                            .voices().stream()
                                    .map(v -> new Want.Voice(v.row() + by, v.direction()))
                                    .toList());
        }
        int directions = backbone.config().picture().map(PictureShape::directions).orElse(1);
        Tensor logits = Blend.of(voices, directions).logits(backbone, streams); // [blends, vocab]
        float[] all = Ops.floats(logits);
        int vocabulary = Math.toIntExact(logits.size(1));
        List<Finding> laws = new ArrayList<>();
        for (int i = 0; i < blends.size(); i++) {
            Want.Blend want = (Want.Blend) blends.get(i).want();
            int end = Math.min(want.to(), vocabulary);
            int from = i * vocabulary;
            laws.add(
                    Categorical.range(
                            want.from(), Arrays.copyOfRange(all, from + want.from(), from + end)));
        }
        return laws;
    }

    private static List<Finding> plain(
            Backbone backbone, List<Asked> wants, Tensor x, Rounding rounding) {
        if (wants.isEmpty()) {
            return List.of();
        }
        Device device = backbone.device();
        Rows rows = Rows.of(wants.stream().mapToInt(Asked::row));
        Tensor hidden = backbone.norm(rows.of(x, device)); // [rows, width]
        List<Asked> asked = wants.stream().map(a -> a.at(rows.place(a.row()))).toList();
        Rows flowing = Rows.of(asked.stream().filter(Asked::isFlowing).mapToInt(Asked::row));
        Underway ways =
                flowing.isEmpty()
                        ? new Underway(List.of(), List.of())
                        : Underway.of(
                                backbone.ways(flowing.of(hidden, device)),
                                wants.stream().map(Asked::want));
        Rows scored = Rows.of(asked.stream().filter(Asked::isScored).mapToInt(Asked::row));
        if (scored.isEmpty()) {
            List<Vector> all = vectors(hidden);
            return asked.stream()
                    .map(
                            a ->
                                    a.isFlowing()
                                            ? ways.of(a.want(), flowing.place(a.row()))
                                            : all.get(a.row()))
                    .toList();
        }
        Tensor logits = backbone.head(scored.of(hidden, device)); // [scored, vocab]
        Findings findings =
                new Findings(
                        device,
                        logits,
                        asked.stream()
                                .filter(Asked::isScored)
                                .map(a -> a.at(scored.place(a.row())))
                                .toList(),
                        rounding);
        return asked.stream()
                .map(
                        a ->
                                switch (a.want()) {
                                    case Want.Hidden _ -> vector(hidden, a.row());
                                    case Want.Velocity _, Want.Width _ ->
                                            ways.of(a.want(), flowing.place(a.row()));
                                    default -> findings.of(a.want(), scored.place(a.row()));
                                })
                .toList();
    }

    /// Answers one want.
    ///
    /// @param logits `[1, vocab]`
    static Finding of(Device device, Tensor logits, Want want) {
        return new Findings(device, logits, List.of(new Asked(want, 0)), Rounding.FREE).of(want, 0);
    }

    /// The rows of a tensor, `[rows, width]`.
    static List<Vector> vectors(Tensor rows) {
        float[] all = Ops.floats(rows);
        int width = Math.toIntExact(rows.size(1));
        return IntStream.range(0, all.length / width)
                .mapToObj(i -> new Vector(Arrays.copyOfRange(all, i * width, (i + 1) * width)))
                .toList();
    }

    private static Vector vector(Tensor hidden, int row) {
        return new Vector(Ops.floats(hidden.select(0, row)));
    }

    private Finding of(Want want, int row) {
        return switch (want) {
            case Want.Law(int _, int from, int to) -> law(row, from, to);
            case Want.Best(int _, int count) -> excerpt(row, count);
            case Want.Scores(int _, Tokens ids) -> chosen(row, ids.toArray());
            case Want.Hidden _, Want.Velocity _, Want.Width _, Want.Blend _ ->
                    throw new AssertionError("answered elsewhere: " + want);
        };
    }

    private Categorical law(int row, int from, int to) {
        int end = (int) Math.min(to, logits.size(1));
        Check.argument(
                from < end,
                "the query wants ids from %d of a vocabulary of %d",
                from,
                logits.size(1));
        Tensor part = logits.select(0, row).narrow(0, from, end - from); // [to - from]
        return Categorical.range(from, Ops.floats(part));
    }

    private Best best(int count, List<Asked> asked) {
        Rows rows =
                Rows.of(
                        asked.stream()
                                .filter(
                                        a ->
                                                a.want() instanceof Want.Best(int _, int wanted)
                                                        && wanted == count)
                                .mapToInt(Asked::row));
        Tensor theirs = rows.of(logits, device); // [rows, vocab]
        // one more than wanted shows whether the last one ties with others; max takes the first
        int most = count == 1 ? 1 : (int) Math.min(count + 1L, logits.size(1));
        T_TensorTensor_T found = count == 1 ? theirs.max(1, true) : theirs.topk(most);
        return new Best(rows, Ops.floats(found.get0()), Ops.ints(found.get1()), most);
    }

    /// The best ids; those that tie come in the order of the ids.
    private Excerpt excerpt(int row, int count) {
        Best found = Objects.requireNonNull(best.get(count), "not worked out");
        int at = found.rows().place(row) * found.most();
        int wanted = (int) Math.min(count, logits.size(1));
        float last = found.logits()[at + wanted - 1];
        boolean cut = wanted < found.most() && found.logits()[at + wanted] == last;
        int[] ids =
                cut // there may be more of the last one's kind
                        ? Ops.ints(logits.select(0, row).ge(Ops.scalar(last)).nonzero())
                        : Arrays.copyOfRange(found.ids(), at, at + wanted);
        Arrays.sort(ids);
        return new Excerpt(
                chosen(row, ids).entries().stream()
                        .sorted(
                                Comparator.comparingDouble(Excerpt.Entry::logProbability)
                                        .reversed())
                        .limit(wanted)
                        .toList());
    }

    private Excerpt chosen(int row, int... ids) {
        double mass = masses[weighed.place(row)];
        Check.state(
                Double.isFinite(mass),
                "the model gave a logit that is no finite number; its weights are damaged");
        float[] values = Ops.floats(logits.select(0, row).index_select(0, device.ids(ids)));
        List<Excerpt.Entry> entries = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            entries.add(new Excerpt.Entry(ids[i], values[i] - mass));
        }
        return new Excerpt(entries);
    }
}
