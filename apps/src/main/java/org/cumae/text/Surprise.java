package org.cumae.text;

import org.cumae.distribution.Categorical;
import org.cumae.engine.Engine;
import org.cumae.model.Query;
import org.cumae.model.Tokens;

import java.util.List;

/// How surprising a text is to a model that reads it token by token, whoever wrote it.
///
/// @param nats of all its tokens behind the prompt, as far as the model's contexts reach
/// @param characters of the text
public record Surprise(double nats, long characters) {
    private static final int CHUNK = 64; // rows of laws at once

    /// What a model finds in a text behind its prompt.
    public static Surprise of(TextModel model, String prompt, String text) {
        Tokens before = model.tokenize(Prompt.text(prompt));
        Tokens whole = model.tokenize(Prompt.text(prompt + text));
        Tokens read = whole.slice(0, Math.min(whole.size(), model.engine().card().maxLength()));
        return new Surprise(nats(model.engine(), read, before.size()), text.length());
    }

    /// Of both texts.
    public Surprise plus(Surprise other) {
        return new Surprise(nats + other.nats, characters + other.characters);
    }

    /// Nats a character.
    public double each() {
        return nats / Math.max(characters, 1);
    }

    private static double nats(Engine engine, Tokens line, int from) {
        return engine.call(
                context -> {
                    double nats = 0;
                    for (int begin = 0; begin + 1 < line.size(); begin += CHUNK) {
                        int end = Math.min(begin + CHUNK, line.size() - 1);
                        Query query = Query.feed(line.slice(begin, end)).wantingEveryLaw();
                        List<Categorical> laws =
                                context.ask(query).findings().stream()
                                        .map(Categorical.class::cast)
                                        .toList();
                        for (int at = Math.max(begin, from - 1); at < end; at++) {
                            nats -= laws.get(at - begin).logProbability(line.get(at + 1));
                        }
                    }
                    return nats;
                });
    }
}
