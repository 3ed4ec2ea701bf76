package org.cumae.bench;

import org.cumae.Check;
import org.cumae.reproduce.diffusion.Crystals;
import org.cumae.text.GenerationOptions;
import org.cumae.text.TextRequest;

import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// What is to be written.
///
/// @param prompts what texts begin with
/// @param maxTokens the most of each
/// @param stops what ends one
/// @param temperature 0 for the likeliest text
/// @param judge says of a prompt and the text behind it whether that is right; without one nobody
///   does
public record DecoderWork(
        List<String> prompts,
        int maxTokens,
        List<String> stops,
        double temperature,
        Optional<BiPredicate<String, String>> judge) {
    private static final int MOST = 300; // there are some 378

    /// Copies and checks.
    public DecoderWork {
        prompts = List.copyOf(prompts);
        stops = List.copyOf(stops);
        Check.argument(!prompts.isEmpty(), "there are no prompts; give one at least");
        Check.argument(maxTokens > 0, "max_tokens is %d; it must be 1 or more", maxTokens);
    }

    /// Crystals of the data set perov-5 that bundled models have not learned from.
    ///
    /// @param count how many
    /// @throws org.cumae.data.DataException if the data set is not here and cannot be fetched
    public static DecoderWork crystals(int count, double temperature) {
        Check.argument(
                count > 0 && count <= MOST, "crystals is %d; it must lie in [1, %d]", count, MOST);
        return new DecoderWork(
                Crystals.beginnings(count),
                Crystals.LONGEST,
                List.of(Crystals.END),
                temperature,
                Optional.of(Crystals::agrees));
    }

    /// One of the texts.
    TextRequest request(int prompt) {
        return TextRequest.of(prompts.get(prompt))
                .withOptions(
                        GenerationOptions.NONE
                                .withMaxTokens(maxTokens)
                                .withTemperature(temperature))
                .withStops(stops)
                .withSeed(prompt);
    }
}
