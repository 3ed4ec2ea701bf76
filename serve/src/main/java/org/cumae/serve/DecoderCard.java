package org.cumae.serve;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// A decoder as people meet it: its name, what it does, and what can be set.
///
/// @param name what requests say
/// @param title what a page says
/// @param summary one sentence
/// @param parameters what can be set beside the name
record DecoderCard(String name, String title, String summary, List<Parameter> parameters) {
    DecoderCard {
        parameters = List.copyOf(parameters);
    }

    /// The parameter of that name.
    Optional<Parameter> parameter(String name) {
        return parameters.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /// One setting of a decoder.
    ///
    /// @param type `integer`, `number`, `boolean` or `string`
    /// @param standard the value it has when nothing is said
    /// @param minimum least value, for numbers
    /// @param maximum greatest value, for numbers
    /// @param choices the values it can have, for strings; empty means any
    record Parameter(
            String name,
            String type,
            Object standard,
            @Nullable Double minimum,
            @Nullable Double maximum,
            List<String> choices,
            String description) {
        Parameter {
            choices = List.copyOf(choices);
        }
    }
}
