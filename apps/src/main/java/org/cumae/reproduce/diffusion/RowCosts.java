package org.cumae.reproduce.diffusion;

import org.cumae.decode.speculative.PassTimes;
import org.cumae.engine.Engine;
import org.cumae.model.Tokens;
import org.cumae.reproduce.Figure;

import java.util.List;

/// How long a pass of some rows takes over one of a single row: what tokens a pass must exceed for
/// a decoder that feeds so many to be faster than plain decoding.
record RowCosts(PassTimes times) {
    private static final List<Integer> ROWS = List.of(1, 2, 4, 8, 16, 32);
    private static final int REPEATS = 21;

    static RowCosts of(Engine engine, Tokens prompt) {
        return new RowCosts(PassTimes.measure(engine, prompt, ROWS, REPEATS));
    }

    double of(int rows) {
        return times.of(rows) / times.of(1);
    }

    List<Figure> figures() {
        return ROWS.stream()
                .map(
                        n ->
                                new Figure(
                                        "r(%d), time of %d rows over one".formatted(n, n),
                                        of(n),
                                        "ratio"))
                .toList();
    }
}
