package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.net.MaskShape;
import org.cumae.weights.TensorType;

import java.util.Optional;

/// Masks for a language model that is there, so that it drafts for itself.
///
/// @param name what the model with its masks will be called
/// @param about what it is, in a sentence
/// @param base the model, a name or a directory; it stays as it is
/// @param data what the masks learn from
/// @param masks how many, and how they learn
/// @param training how long and how fast
public record MaskRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) String base,
        @JsonProperty(required = true) TextRecipe.Data data,
        @JsonProperty(required = true) Masks masks,
        @JsonProperty(required = true) TrainingPlan training)
        implements Recipe {
    @Override
    public void check() {
        masks.shape();
        Check.argument(
                masks.length > masks.count,
                "length is %d and count is %d; a window must hold more tokens than there are masks",
                masks.length,
                masks.count);
        training.check();
        Check.argument(
                training.dropout().isEmpty(),
                "dropout is %s; masks are taught without it, since the model stays as it is",
                training.dropout().orElse(0.0));
    }

    /// Masks, and the low-rank additions that see them.
    ///
    /// @param count how many tokens are foreseen beyond the next one
    /// @param rank of the additions to linear layers; 16
    /// @param alpha how strongly they are added, `alpha / rank`; as the rank
    /// @param length tokens of a window
    /// @param places behind how many tokens of a window masks stand; 16
    /// @param consistency the weight of the distance to the model's own hidden states; 1
    /// @param stored how they are saved: f32, f16 or bf16; f32
    public record Masks(
            int count,
            Optional<Integer> rank,
            Optional<Double> alpha,
            int length,
            Optional<Integer> places,
            Optional<Double> consistency,
            Optional<TensorType> stored) {
        private static final int RANK = 16;

        MaskShape shape() {
            int own = rank.orElse(RANK);
            return new MaskShape(count, own, alpha.orElse((double) own));
        }
    }
}
