package org.cumae.cli;

import org.cumae.text.GenerationOptions;
import org.cumae.text.Knob;

import picocli.CommandLine.Option;

import java.util.Optional;

/// How tokens are drawn, for all commands that write text, in the words of the HTTP API.
final class SamplingOptions {
    @Option(names = "--temperature", description = "0 takes the most probable token (default 1)")
    private Optional<Double> temperature = Optional.empty();

    @Option(names = "--top-k", description = "keep the most probable so many; 0 keeps all")
    private Optional<Integer> topK = Optional.empty();

    @Option(names = "--top-p", description = "keep the fewest tokens that reach this probability")
    private Optional<Double> topP = Optional.empty();

    @Option(
            names = "--min-p",
            description = "keep tokens that are at least this fraction as probable as the best")
    private Optional<Double> minP = Optional.empty();

    @Option(
            names = "--typical-p",
            description = "keep the tokens whose surprise is nearest to the entropy")
    private Optional<Double> typicalP = Optional.empty();

    @Option(
            names = "--repetition-penalty",
            description = "above 1, tokens that have occurred, in the prompt too, become rarer")
    private Optional<Double> repetitionPenalty = Optional.empty();

    @Option(
            names = "--presence-penalty",
            description = "subtracted from the logit of what was written before")
    private Optional<Double> presencePenalty = Optional.empty();

    @Option(
            names = "--frequency-penalty",
            description = "the same, once for each time that it was written")
    private Optional<Double> frequencyPenalty = Optional.empty();

    /// What was set.
    ///
    /// @throws IllegalArgumentException naming a value that is out of its range
    GenerationOptions options() {
        GenerationOptions options = GenerationOptions.NONE;
        options = set(options, Knob.TEMPERATURE, temperature);
        options = set(options, Knob.TOP_K, topK);
        options = set(options, Knob.TOP_P, topP);
        options = set(options, Knob.MIN_P, minP);
        options = set(options, Knob.TYPICAL_P, typicalP);
        options = set(options, Knob.REPETITION_PENALTY, repetitionPenalty);
        options = set(options, Knob.PRESENCE_PENALTY, presencePenalty);
        return set(options, Knob.FREQUENCY_PENALTY, frequencyPenalty);
    }

    static GenerationOptions set(
            GenerationOptions options, Knob knob, Optional<? extends Number> value) {
        return value.isPresent() ? options.with(knob, value.get().doubleValue()) : options;
    }
}
