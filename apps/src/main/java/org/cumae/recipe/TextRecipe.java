package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.train.text.Missing;
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
/// @param missing what is missing of a window, for a model that is to be asked in any order; left
///   out for one that predicts what comes next
public record TextRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) Data data,
        @JsonProperty(required = true) Unit unit,
        @JsonProperty(required = true) Model model,
        @JsonProperty(required = true) TrainingPlan training,
        Optional<MissingTokensPlan> missing)
        implements Recipe {
    @Override
    public void check() {
        model.check();
        training.check();
        missing.ifPresent(MissingTokensPlan::check);
        Check.argument(
                missing.isEmpty() || model.family() == Model.Family.LLAMA,
                "a model that is asked in any order has family llama; this one has %s",
                model.family().name().toLowerCase(Locale.ROOT));
    }

    /// As the net wants it.
    ///
    /// @param codes how many tokens there are
    TransformerConfig config(int codes) {
        return missing.isEmpty()
                ? model.config(
                        name, model.family().name().toLowerCase(Locale.ROOT), codes, model.length())
                : model.config(
                        name,
                        TransformerConfig.ANY_SUBSET,
                        codes + 1, // the question
                        2 * model.length()); // content and questions
    }

    /// What is missing.
    ///
    /// @param from the smallest share of a window
    /// @param to the largest share
    /// @param spans in what share of windows it lies side by side; half
    /// @param ramp steps in which the shares grow from the beginning on; a tenth of all
    /// @param joint whether what is missing knows what is missing before it; yes
    public record MissingTokensPlan(
            double from,
            double to,
            Optional<Double> spans,
            Optional<Long> ramp,
            Optional<Boolean> joint) {
        private void check() {
            missing(0);
        }

        /// As the batches want it.
        ///
        /// @param steps how many there are
        Missing missing(long steps) {
            return new Missing(from, to, spans.orElse(0.5), ramp.orElse(steps / 10));
        }
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
        private TransformerConfig config(String name, String kind, int vocabulary, int maxLength) {
            boolean llama = family == Family.LLAMA;
            return new TransformerConfig(
                    name,
                    kind,
                    vocabulary,
                    width,
                    heads,
                    keyHeads.orElse(heads),
                    width / heads,
                    inner,
                    maxLength,
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
