package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

/// A table of trigrams for a language model that is there, from which draft `aded` begins.
///
/// @param name what the model with its table will be called
/// @param about what it is, in a sentence
/// @param base the model, a name or a directory; it stays as it is
/// @param data what is counted
public record TrigramRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) String base,
        @JsonProperty(required = true) TextRecipe.Data data)
        implements Recipe {
    @Override
    public void check() {
        // whatever can be read can be counted
    }
}
