package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The parts that one pass leaves out, in order of the layers.
final class Skips {
    private static final double EPSILON = 1e-8;
    private static final double MOST = 0.75; // of the rows: then all run, and some are not added

    private final Skipping how;
    private final int[] positions; // [tokens]
    private final int[] left; // parts that each row still leaves out, [tokens]
    private final Counts counts;
    private final Optional<List<float[]>> recorded; // how alike rows are, by layer
    private int layer;

    /// What was run and left out so far, parts times rows, of the layers that may be.
    record Counts(LongAdder run, LongAdder skipped) {
        Counts() {
            this(new LongAdder(), new LongAdder());
        }
    }

    Skips(Skipping how, int[] positions, Counts counts) {
        this.how = how;
        this.positions = positions;
        this.left = new int[positions.length];
        this.counts = counts;
        this.recorded = Optional.empty();
    }

    /// Leaves nothing out, and tells how alike rows are before and after each part.
    Skips(List<float[]> recorded) {
        this.how = new Skipping(new Skipping.Fixed(Set.of()), 0, 0, 0);
        this.positions = new int[0];
        this.left = new int[0];
        this.counts = new Counts();
        this.recorded = Optional.of(recorded);
    }

    /// The rows after the next layer's attention, before its part.
    ///
    /// @param rows as they came, `[tokens, width]`
    /// @param mixed what attention adds to them
    Tensor mixed(Tensor rows, Tensor mixed) {
        if (!(how.rule() instanceof Skipping.WholeLayers)) {
            return rows.add(mixed);
        }
        int[] running =
                IntStream.range(0, positions.length).filter(row -> runs(layer, row)).toArray();
        if (running.length == 0) {
            return rows;
        }
        Tensor chosen = Ops.ids(running); // [running] int64
        return rows.index_add(0, chosen, mixed.index_select(0, chosen)); // [tokens, width]
    }

    /// The rows after the next layer's part.
    ///
    /// @param seen before it, `[tokens, width]`
    /// @param part what the part adds to rows, each by itself
    /// @param whole whether the part is to be given all rows, since it knows some by their place
    Tensor through(Tensor seen, UnaryOperator<Tensor> part, boolean whole) {
        if (recorded.isPresent()) {
            Tensor all = seen.add(part.apply(seen));
            recorded.get().add(cosines(seen, all));
            return all;
        }
        int at = layer++;
        int rows = positions.length;
        int[] running = IntStream.range(0, rows).filter(row -> runs(at, row)).toArray();
        counts.run.add(running.length);
        counts.skipped.add(rows - running.length);
        if (running.length == 0) {
            return seen;
        }
        Tensor after;
        if (running.length == rows) {
            after = seen.add(part.apply(seen)); // [tokens, width]
        } else {
            Tensor chosen = Ops.ids(running); // [running] int64
            Tensor added =
                    whole || running.length >= MOST * rows
                            ? part.apply(seen).index_select(0, chosen)
                            : part.apply(seen.index_select(0, chosen)); // [running, width]
            after = seen.index_add(0, chosen, added); // [tokens, width]
        }
        if (mayLeaveOut(at) && how.rule() instanceof Skipping.Similar(double least, int run)) {
            float[] cosines = cosines(seen, after);
            for (int row : running) {
                left[row] = cosines[row] >= least ? run : 0;
            }
        }
        return after;
    }

    /// How alike rows are before and after, `[tokens]`.
    static float[] cosines(Tensor before, Tensor after) {
        return Ops.floats(torch.cosine_similarity(before, after, 1, EPSILON));
    }

    private boolean mayLeaveOut(int at) {
        return at >= how.first() && at < how.end();
    }

    private boolean runs(int at, int row) {
        if (!mayLeaveOut(at) || positions[row] < how.whole()) {
            return true;
        }
        return switch (how.rule()) {
            case Skipping.Similar _ -> left[row]-- <= 0;
            case Skipping.Fixed fixed -> !fixed.layers().contains(at);
            case Skipping.WholeLayers layers -> !layers.layers().contains(at);
            case Skipping.AnyPart any -> !any.leavesOut(positions[row], at);
        };
    }
}
