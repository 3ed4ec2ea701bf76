package org.cumae.reproduce.speculative;

import org.cumae.decode.Decoder;
import org.cumae.decode.speculative.PassTimes;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.Tokens;
import org.cumae.reproduce.Figure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// What several decoders wrote behind the same prompts, plain decoding among them.
///
/// @param byName in the order in which they wrote
record Bouts(Map<String, Bout> byName) {
    /// What plain decoding is called.
    static final String PLAIN = "plain decoding";

    private static final int REPEATS = 21;

    Bouts {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /// Lets all of them write.
    ///
    /// @param before what stands before their names in tables
    /// @param tokens how long each text is
    /// @param progress is told who writes
    static Bouts of(
            String before,
            Engine engine,
            Map<String, Decoder> decoders,
            List<Tokens> prompts,
            Sampling sampling,
            int tokens,
            Consumer<String> progress) {
        Map<String, Bout> bouts = new LinkedHashMap<>();
        decoders.forEach(
                (name, decoder) -> {
                    progress.accept(before + name);
                    bouts.put(
                            name,
                            Bout.of(before + name, engine, decoder, prompts, sampling, tokens));
                });
        return new Bouts(bouts);
    }

    Bout get(String name) {
        return Objects.requireNonNull(byName.get(name));
    }

    Mean tokensPerPass(String name) {
        return get(name).tokensPerPass();
    }

    /// Whether all wrote what plain decoding wrote.
    boolean sameTexts() {
        return byName.values().stream().allMatch(get(PLAIN)::sameTexts);
    }

    /// Whether the texts of all are as surprising as those of plain decoding.
    ///
    /// @param errors standard errors of the difference that are allowed
    boolean sameSurprise(double errors) {
        Mean plain = get(PLAIN).surprise();
        return byName.values().stream().allMatch(bout -> bout.surprise().agrees(plain, errors));
    }

    /// What a table shows of them.
    List<Figure> figures() {
        double rate = get(PLAIN).rate();
        return byName.values().stream().flatMap(bout -> bout.figures(rate).stream()).toList();
    }

    /// How long passes take, over one of a single row: what drafts of some length cost.
    static List<Figure> passTimes(Engine engine, Tokens prompt, List<Integer> rows) {
        PassTimes times = PassTimes.measure(engine, prompt, rows, REPEATS);
        return rows.stream()
                .map(n -> new Figure("T(%d)/T(1)".formatted(n), times.of(n) / times.of(1), "ratio"))
                .toList();
    }
}
