package org.cumae.text;

import org.cumae.decode.Draft;
import org.cumae.decode.Generation;
import org.cumae.decode.Step;
import org.cumae.distribution.Excerpt;
import org.cumae.unit.Tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tells a listener a decoder's steps in the words of text, and remembers what was chosen.
final class Teller {
    private final Tokenizer tokenizer;
    private final TextListener listener;
    private final List<TokenChance> committed = new ArrayList<>();
    private int told; // characters

    Teller(Tokenizer tokenizer, TextListener listener) {
        this.tokenizer = tokenizer;
        this.listener = listener;
    }

    boolean accept(Step step) {
        TokenChance chance = chance(step);
        if (step.state() == Step.State.COMMITTED) {
            committed.add(chance);
        }
        told += step.text().length();
        return listener.accept(new TextPiece(step.text(), Optional.of(chance)));
    }

    /// Frees what was held back and belongs to the text after all.
    void end(String text) {
        if (text.length() > told) {
            listener.accept(new TextPiece(text.substring(told), Optional.empty()));
        }
    }

    /// What was chosen, in the order of the text. A decoder that shows nothing while it works is
    /// taken at its result.
    List<TokenChance> chances(Generation written) {
        if (committed.size() == written.tokens().size()) {
            return committed.stream()
                    .sorted(java.util.Comparator.comparingInt(TokenChance::position))
                    .toList();
        }
        List<TokenChance> chances = new ArrayList<>();
        for (int i = 0; i < written.tokens().size(); i++) {
            int id = written.tokens().get(i);
            chances.add(
                    new TokenChance(
                            i,
                            id,
                            show(id),
                            Step.State.COMMITTED,
                            written.logProbabilities().get(i),
                            List.of(),
                            List.of(),
                            List.of()));
        }
        return chances;
    }

    private TokenChance chance(Step step) {
        return new TokenChance(
                step.position(),
                step.token(),
                show(step.token()),
                step.state(),
                step.logProbability(),
                alternatives(step.raw()),
                alternatives(step.filtered()),
                step.draft().map(this::guesses).orElse(List.of()));
    }

    private List<TokenChance.Guess> guesses(Draft draft) {
        return draft.guesses().stream()
                .map(
                        guess ->
                                new TokenChance.Guess(
                                        guess.parent(),
                                        guess.token(),
                                        show(guess.token()),
                                        guess.accepted()))
                .toList();
    }

    private List<TokenChance.Alternative> alternatives(Excerpt excerpt) {
        return excerpt.entries().stream()
                .map(
                        entry ->
                                new TokenChance.Alternative(
                                        entry.id(), show(entry.id()), entry.logProbability()))
                .toList();
    }

    private String show(int id) {
        return id < tokenizer.size() ? new String(tokenizer.bytes(id), StandardCharsets.UTF_8) : "";
    }
}
