package org.cumae.decode;

import org.cumae.Check;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;

import java.util.List;

/// What a decoder wrote.
///
/// @param tokens the new tokens; a stop token is not among them, the tokens of a stop string are
/// @param logProbabilities of each token, in nats, as in [Step#logProbability]
/// @param text what they say, without the stop string; empty without a [Text]
/// @param rest the end of the text that no step carried, because it was held back to the end
/// @param finish why it ended
/// @param candidates what else was found, best first, this one included; empty for decoders that
///   look for one
/// @param ledger what it cost
public record Generation(
        Tokens tokens,
        List<Double> logProbabilities,
        String text,
        String rest,
        Finish finish,
        List<Candidate> candidates,
        Ledger.Entry ledger) {
    /// Copies the lists.
    public Generation {
        logProbabilities = List.copyOf(logProbabilities);
        candidates = List.copyOf(candidates);
        Check.argument(
                logProbabilities.size() == tokens.size(),
                "%d tokens have %d log-probabilities; each needs one",
                tokens.size(),
                logProbabilities.size());
    }

    /// The logarithm of the probability of all tokens under the model's own law, in nats.
    public double logProbability() {
        return logProbabilities.stream().mapToDouble(Double::doubleValue).sum();
    }

    /// One of several results of a search.
    ///
    /// @param tokens the new tokens, without a stop token
    /// @param logProbability of all of them and the stop token, under the law that was searched
    /// @param score what the search ordered by
    public record Candidate(Tokens tokens, double logProbability, double score) {}
}
