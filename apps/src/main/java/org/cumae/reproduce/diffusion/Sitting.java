package org.cumae.reproduce.diffusion;

import org.cumae.model.Ledger;
import org.cumae.reproduce.Figure;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// What a decoder wrote when it was examined. The end of a text counts as written.
///
/// @param name what tables call it
/// @param accuracy share of right texts
/// @param surprise of the texts to the next-token model, nats a character
/// @param costs of each text
/// @param prompted tokens of all prompts
record Sitting(
        String name, double accuracy, double surprise, List<Ledger.Entry> costs, long prompted) {
    private static final double ROUNDING = 1e-9;
    private static final double MOST_LOSS = 0.01; // of the share of right texts
    private static final double MOST_SURPRISE = 0.02; // more, nats a character

    /// Whether hardly fewer texts are right than another's, and the texts as likely: where none is
    /// right, only the latter tells.
    boolean isAsGoodAs(Sitting other) {
        return accuracy >= other.accuracy - MOST_LOSS - ROUNDING
                && surprise <= other.surprise + MOST_SURPRISE;
    }

    private double sum(ToDoubleFunction<Ledger.Entry> of) {
        return costs.stream().mapToDouble(of).sum();
    }

    private double written() {
        return sum(Ledger.Entry::emitted) + costs.size();
    }

    /// Tokens a pass, those that only keep rows counted.
    double tokensPerPass() {
        return written() / sum(Ledger.Entry::forwards);
    }

    double passes() {
        return sum(Ledger.Entry::forwards) / costs.size();
    }

    /// Tokens for each row fed after the prompt.
    double cacheability() {
        return written() / Math.max(rows(), 1);
    }

    /// Rows fed after the prompts.
    double rows() {
        return sum(Ledger.Entry::rows) - prompted;
    }

    double rate() {
        return written() / sum(Ledger.Entry::seconds);
    }

    double seconds() {
        return sum(Ledger.Entry::seconds) / costs.size();
    }

    List<Figure> figures() {
        return List.of(
                new Figure(name, tokensPerPass(), "tokens/pass"),
                new Figure(name + ": right", accuracy, "of texts"),
                new Figure(name + ": to the base", surprise, "nats/character"),
                new Figure(name + ": tokens a row", cacheability(), "tokens/row"),
                new Figure(name + ": speed", rate(), "tokens/s"));
    }
}
