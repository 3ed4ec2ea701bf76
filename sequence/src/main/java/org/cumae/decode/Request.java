package org.cumae.decode;

import org.cumae.Check;
import org.cumae.distribution.Chance;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.model.Card;
import org.cumae.model.Tokens;

/// What to continue, how, and how far.
///
/// @param prompt at least one token, unless there is a suffix; see [Decoder#decode] for the rule
/// @param suffix what comes after the new tokens, of which there are then as many as the limits
///   let; for decoders that infill
/// @param sampling how values are drawn
/// @param limits how far
/// @param stops what ends the text before that
/// @param chance what decisions are taken with
/// @param alternatives how many of the best tokens are reported beside each written one
public record Request(
        Tokens prompt,
        Tokens suffix,
        Sampling sampling,
        Limits limits,
        Stops stops,
        Chance chance,
        int alternatives) {
    /// Checks the count and the prompt.
    ///
    /// @throws IllegalArgumentException if alternatives is negative or the prompt empty
    public Request {
        Check.argument(alternatives >= 0, "alternatives is %d; it must be 0 or more", alternatives);
        Check.argument(
                !prompt.isEmpty() || !suffix.isEmpty(),
                "the prompt is empty; begin with the model's begin token, or with any token");
    }

    /// A greedy request with default limits, seed 0 and no stops.
    public static Request of(Tokens prompt) {
        return new Request(
                prompt,
                Tokens.NONE,
                Sampling.GREEDY,
                Limits.DEFAULT,
                Stops.NONE,
                KeyedChance.of(0, 0),
                0);
    }

    /// The same after another prompt.
    public Request withPrompt(Tokens prompt) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// The same before another end.
    public Request withSuffix(Tokens suffix) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// The same under another sampling.
    public Request withSampling(Sampling sampling) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// The same within other limits.
    public Request withLimits(Limits limits) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// The same with at most so many new tokens.
    public Request withMaxNewTokens(int maxNewTokens) {
        return withLimits(limits.withMaxNewTokens(maxNewTokens));
    }

    /// The same with other stops.
    public Request withStops(Stops stops) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// The same with another source of decisions.
    public Request withChance(Chance chance) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// The same with keyed noise of a seed.
    public Request withSeed(long seed) {
        return withChance(KeyedChance.of(seed, 0));
    }

    /// The same with so many alternatives beside each token.
    public Request withAlternatives(int alternatives) {
        return new Request(prompt, suffix, sampling, limits, stops, chance, alternatives);
    }

    /// Refuses what a model cannot serve.
    ///
    /// @param card what the model says of itself
    /// @param held how many rows the context holds already
    /// @throws IllegalArgumentException naming the value and the limit
    public void check(Card card, int held) {
        Check.argument(
                held + prompt.size() <= card.maxLength(),
                "the prompt has %d tokens, the context holds %d already, and model %s has room for"
                        + " %d in all; shorten the prompt",
                prompt.size(),
                held,
                card.name(),
                card.maxLength());
        prompt.stream()
                .filter(card::isMask)
                .findFirst()
                .ifPresent(
                        id -> {
                            throw new IllegalArgumentException(
                                    ("the prompt holds id %d, a mask of model %s; its tokens are"
                                                    + " [0, %d)")
                                            .formatted(id, card.name(), card.vocabulary()));
                        });
        sampling.check(card.vocabulary());
        stops.check(card.vocabulary());
    }
}
