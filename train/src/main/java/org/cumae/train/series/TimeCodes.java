package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.net.Backbone;
import org.cumae.series.Series;
import org.cumae.torch.Ops;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What a frozen language model makes of the words for a time: its hidden state behind them, scaled
/// to length 1. There are words for every hour of every weekday of every month, without digits;
/// what a series needs of them is worked out once, when it is first asked for.
public final class TimeCodes implements AutoCloseable {
    private static final int MONTHS = 12;
    private static final int HOURS = 24;
    private static final int PHRASES = DayOfWeek.values().length * MONTHS * HOURS;
    private static final int AT_ONCE = 64; // phrases in a pass
    private static final List<String> COUNTS =
            List.of(
                    "twelve", "one", "two", "three", "four", "five", "six", "seven", "eight",
                    "nine", "ten", "eleven");

    private final Backbone body;
    private final Tokenizer tokenizer;
    private final Tensor table; // [PHRASES, width]
    private final BitSet known = new BitSet(); // rows of it

    /// Of a model and its tokenizer; nothing is worked out yet.
    ///
    /// @param body borrowed
    public TimeCodes(Backbone body, Tokenizer tokenizer) {
        this.body = body;
        this.tokenizer = tokenizer;
        try (var _ = new PointerScope()) {
            table = torch.zeros(PHRASES, body.config().width()).retainReference();
        }
    }

    /// Works rows out that are not known yet.
    private void learn(int... rows) {
        Map<Integer, List<Integer>> byLength = new TreeMap<>(); // phrases of one length go together
        for (int row : rows) {
            if (!known.get(row)) {
                known.set(row);
                byLength.computeIfAbsent(ids(row).length, _ -> new ArrayList<>()).add(row);
            }
        }
        try (var _ = new NoGradGuard()) {
            byLength.forEach(
                    (length, all) -> {
                        for (int from = 0; from < all.size(); from += AT_ONCE) {
                            int to = Math.min(from + AT_ONCE, all.size());
                            learn(all.subList(from, to), length);
                        }
                    });
        }
    }

    private void learn(List<Integer> rows, int length) {
        try (var _ = new PointerScope()) {
            int[] ids = rows.stream().flatMapToInt(row -> IntStream.of(ids(row))).toArray();
            Tensor vectors = body.embedded(Ops.ids(ids)).view(rows.size(), length, -1);
            Tensor last =
                    body.hidden(vectors)
                            .view(rows.size(), length, -1)
                            .select(1, length - 1); // [rows, width]
            int[] at = rows.stream().mapToInt(Integer::intValue).toArray();
            table.index_copy_(0, Ops.ids(at), unit(last));
        }
    }

    private int[] ids(int row) {
        return tokenizer.encode(words(row), Encoding.PLAIN);
    }

    /// Vectors scaled to length 1.
    static Tensor unit(Tensor vectors) {
        long[] last = {-1};
        Tensor length = torch.sum(vectors.square(), last, true, new ScalarTypeOptional()).sqrt();
        return vectors.div(length.add(Ops.scalar(1e-8)));
    }

    private static String words(int row) {
        int hour = row % HOURS;
        return "It is %s, in the month of %s, and %s hours %s noon. "
                .formatted(
                        DayOfWeek.of(1 + row / (MONTHS * HOURS))
                                .getDisplayName(TextStyle.FULL, Locale.ROOT),
                        Month.of(1 + row / HOURS % MONTHS)
                                .getDisplayName(TextStyle.FULL, Locale.ROOT),
                        COUNTS.get(hour % COUNTS.size()),
                        hour < COUNTS.size() ? "before" : "after");
    }

    private static int row(LocalDateTime time) {
        int day = time.getDayOfWeek().getValue() - 1;
        return (day * MONTHS + time.getMonthValue() - 1) * HOURS + time.getHour();
    }

    /// The codes of segments. Needs an open scope. Any thread.
    ///
    /// @param starts where on the clock each begins
    /// @return `[segments, width]`
    /// @throws IllegalArgumentException if the tokenizer does not know the letters
    synchronized Tensor of(Series clock, int... starts) {
        int[] rows = IntStream.of(starts).map(start -> row(clock.time(start))).toArray();
        learn(rows);
        return table.index_select(0, Ops.ids(rows));
    }

    @Override
    public void close() {
        table.close();
    }
}
