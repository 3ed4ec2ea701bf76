package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.weights.TensorType;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A language model over a text.
///
/// @param name what the model will be called
/// @param about what it is, in a sentence
/// @param data what it learns from
/// @param unit what a token is
/// @param model its shape
/// @param training how it learns
public record TextRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) Data data,
        @JsonProperty(required = true) Unit unit,
        @JsonProperty(required = true) Model model,
        @JsonProperty(required = true) TrainingPlan training)
        implements Recipe {
    @Override
    public void check() {
        model.check();
        training.check();
    }

    /// A text.
    ///
    /// @param file under the folder of data sets, or absolute
    /// @param heldOut how much of its end is held out, in (0, 1)
    public record Data(@JsonProperty(required = true) String file, double heldOut) {}

    /// What a token is.
    ///
    /// @param kind characters, bytes or pairs
    /// @param size of the vocabulary, where it is trained
    public record Unit(@JsonProperty(required = true) Kind kind, Optional<Integer> size) {
        /// Kinds of tokens.
        public enum Kind {
            /// Each character of the text.
            CHARACTERS,
            /// Each byte of its UTF-8 form.
            BYTES,
            /// Pairs of bytes joined by how often they stand together.
            PAIRS
        }
    }

    /// The shape of a transformer.
    ///
    /// @param family llama or gpt2
    /// @param layers how many blocks
    /// @param width channels of the residual stream
    /// @param heads heads of the queries
    /// @param keyHeads heads of keys and values; as many as of queries when left out
    /// @param inner channels inside the feed-forward part
    /// @param length the longest context, and the length of windows in training
    /// @param tied whether the embedding serves as the head
    /// @param stored how the weights are saved: f32, f16 or bf16; f32
    public record Model(
            @JsonProperty(required = true) Family family,
            int layers,
            int width,
            int heads,
            Optional<Integer> keyHeads,
            int inner,
            int length,
            boolean tied,
            Optional<TensorType> stored) {
        private static final Set<TensorType> STORED =
                EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16);

        /// Families of transformers.
        public enum Family {
            /// Rotary positions, root mean square norms, a gated feed-forward part.
            LLAMA,
            /// Learned positions, layer norms, biases.
            GPT2
        }

        private void check() {
            Check.argument(
                    heads > 0 && width > 0 && width % heads == 0,
                    "%d heads do not share a width of %d evenly",
                    heads,
                    width);
            Check.argument(layers > 0, "layers is %d; it must be 1 or more", layers);
            Check.argument(length > 0, "length is %d; it must be 1 or more", length);
            Check.argument(
                    STORED.containsAll(stored.stream().toList()),
                    "stored is %s; it must be one of %s",
                    stored.map(String::valueOf).orElse(""),
                    STORED);
        }

        /// As the net wants it.
        TransformerConfig config(String name, int vocabulary) {
            boolean llama = family == Family.LLAMA;
            return new TransformerConfig(
                    name,
                    family.name().toLowerCase(Locale.ROOT),
                    vocabulary,
                    width,
                    heads,
                    keyHeads.orElse(heads),
                    width / heads,
                    inner,
                    length,
                    Collections.nCopies(layers, OptionalInt.empty()),
                    llama ? NormKind.RMS : NormKind.LAYER,
                    1e-5,
                    llama
                            ? new Positions.Rotary(
                                    10_000, Positions.Pairing.HALVES, new Positions.Scaling.None())
                            : new Positions.Learned(),
                    llama ? Activation.SWIGLU : Activation.GELU_TANH,
                    llama ? Set.of() : EnumSet.allOf(Bias.class),
                    false,
                    tied);
        }
    }
}
