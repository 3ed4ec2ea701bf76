package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.weights.TensorType;

import java.util.Optional;

/// Heads for a language model that is there, so that it drafts for itself.
///
/// @param name what the model with its heads will be called
/// @param about what it is, in a sentence
/// @param base the model, a name or a directory; it stays as it is
/// @param data what the heads learn from
/// @param heads how many, and how they learn
/// @param training how long and how fast
public record MedusaRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) String base,
        @JsonProperty(required = true) TextRecipe.Data data,
        @JsonProperty(required = true) Heads heads,
        @JsonProperty(required = true) TrainingPlan training)
        implements Recipe {
    @Override
    public void check() {
        Check.argument(heads.count > 0, "count is %d; it must be 1 or more", heads.count);
        Check.argument(
                heads.length > heads.count,
                "length is %d and count is %d; a window must hold more tokens than there are heads",
                heads.length,
                heads.count);
        training.check();
        Check.argument(
                training.dropout().isEmpty(),
                "dropout is %s; heads are taught without it, since the model stays as it is",
                training.dropout().orElse(0.0));
    }

    /// Heads on the last hidden state.
    ///
    /// @param count how many tokens are foreseen beyond the next one
    /// @param length tokens of a window
    /// @param stored how they are saved: f32, f16 or bf16; f32
    public record Heads(int count, int length, Optional<TensorType> stored) {}
}
