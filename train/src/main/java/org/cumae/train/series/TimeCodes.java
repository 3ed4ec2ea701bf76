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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What a frozen language model makes of the words for a time: its hidden state behind them, scaled
/// to length 1. Worked out once for every hour of every weekday of every month, in words that need
/// no digits.
///
/// @param table `[7 * 12 * 24, width]`, owned
record TimeCodes(Tensor table) implements AutoCloseable {
    private static final int MONTHS = 12;
    private static final int HOURS = 24;
    private static final List<String> COUNTS =
            List.of(
                    "twelve", "one", "two", "three", "four", "five", "six", "seven", "eight",
                    "nine", "ten", "eleven");

    /// Of a model and its tokenizer.
    ///
    /// @throws IllegalArgumentException if the tokenizer does not know the letters
    static TimeCodes of(Backbone body, Tokenizer tokenizer) {
        Map<Integer, List<int[]>> byLength = new TreeMap<>();
        Map<Integer, List<Integer>> rows = new TreeMap<>();
        for (int row = 0; row < DayOfWeek.values().length * MONTHS * HOURS; row++) {
            int[] ids = tokenizer.encode(words(row), Encoding.PLAIN);
            byLength.computeIfAbsent(ids.length, _ -> new ArrayList<>()).add(ids);
            rows.computeIfAbsent(ids.length, _ -> new ArrayList<>()).add(row);
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            List<Tensor> codes = new ArrayList<>();
            List<Integer> order = new ArrayList<>();
            byLength.forEach(
                    (length, texts) -> {
                        int[] ids = texts.stream().flatMapToInt(Arrays::stream).toArray();
                        Tensor vectors = body.embedded(Ops.ids(ids)).view(texts.size(), length, -1);
                        Tensor last =
                                body.hidden(vectors)
                                        .view(texts.size(), length, -1)
                                        .select(1, length - 1); // [texts, width]
                        codes.add(last);
                        order.addAll(rows.getOrDefault(length, List.of()));
                    });
            Tensor joined = Ops.cat(codes, 0);
            int[] places = new int[order.size()];
            for (int i = 0; i < places.length; i++) {
                places[order.get(i)] = i;
            }
            Tensor inOrder = joined.index_select(0, Ops.ids(places));
            return new TimeCodes(unit(inOrder).retainReference());
        }
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

    /// The codes of segments in windows. Needs an open scope.
    ///
    /// @param starts where on the clock each window begins
    /// @param segments how many segments a window has
    /// @param length how many values a segment has
    /// @return `[windows, segments, width]`
    Tensor of(Series clock, int[] starts, int segments, int length) {
        int[] rows = new int[starts.length * segments];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(clock.time(starts[i / segments] + i % segments * length));
        }
        return table.index_select(0, Ops.ids(rows)).view(starts.length, segments, -1);
    }

    @Override
    public void close() {
        table.close();
    }
}
