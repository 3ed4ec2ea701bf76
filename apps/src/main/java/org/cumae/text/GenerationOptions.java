package org.cumae.text;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/// Some numbers that shape generation, those that somebody has said something about.
///
/// Options are laid over each other: a call's over the model's `generation_config.json`, and these
/// over the neutral values. [#over] does one such step.
///
/// ```
/// GenerationOptions.NONE.withTemperature(0.8).withTopP(0.95).withMaxTokens(200)
/// ```
///
/// @param values what has been said; every value is in range
public record GenerationOptions(Map<Knob, Double> values) {
    /// Nothing has been said.
    public static final GenerationOptions NONE = new GenerationOptions(Map.of());

    /// Copies and checks.
    ///
    /// @throws IllegalArgumentException if a value is out of its knob's range
    public GenerationOptions {
        Map<Knob, Double> copy = new EnumMap<>(Knob.class);
        copy.putAll(values);
        copy.forEach(Knob::check);
        values = Collections.unmodifiableMap(copy);
    }

    /// The same with another value for one knob.
    public GenerationOptions with(Knob knob, double value) {
        Map<Knob, Double> more = new EnumMap<>(Knob.class);
        more.putAll(values);
        more.put(knob, value);
        return new GenerationOptions(more);
    }

    /// The same with at most so many tokens.
    public GenerationOptions withMaxTokens(int maxTokens) {
        return with(Knob.MAX_TOKENS, maxTokens);
    }

    /// The same at another temperature; 0 takes the most probable token.
    public GenerationOptions withTemperature(double temperature) {
        return with(Knob.TEMPERATURE, temperature);
    }

    /// The same with another nucleus.
    public GenerationOptions withTopP(double topP) {
        return with(Knob.TOP_P, topP);
    }

    /// The same with the best so many tokens only.
    public GenerationOptions withTopK(int topK) {
        return with(Knob.TOP_K, topK);
    }

    /// What has been said of a knob.
    public OptionalDouble value(Knob knob) {
        Double value = values.get(knob);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// The value in force: what has been said, or else the neutral value.
    public double get(Knob knob) {
        return value(knob).orElse(knob.neutral());
    }

    /// The value in force of a knob for whole numbers.
    public int count(Knob knob) {
        return (int) get(knob);
    }

    /// These where they say something, the others elsewhere.
    public GenerationOptions over(GenerationOptions others) {
        Map<Knob, Double> laid = new EnumMap<>(Knob.class);
        laid.putAll(others.values);
        laid.putAll(values);
        return new GenerationOptions(laid);
    }
}
