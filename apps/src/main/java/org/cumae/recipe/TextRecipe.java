package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Start;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.train.text.Missing;
import org.cumae.train.text.TextCorpus;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

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
/// @param starters what its texts may begin with, for who tries it
public record TextRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) Data data,
        @JsonProperty(required = true) Unit unit,
        @JsonProperty(required = true) Model model,
        @JsonProperty(required = true) TrainingPlan training,
        Optional<MissingTokensPlan> missing,
        Optional<List<String>> starters)
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

    /// A text, or a column of a table.
    ///
    /// @param file under the folder of data sets, or absolute
    /// @param column of a CSV file with a header, whose fields are the texts; left out where the
    ///   file is the text
    /// @param heldOut how much of its end is held out, in (0, 1)
    public record Data(
            @JsonProperty(required = true) String file, Optional<String> column, double heldOut) {
        /// Reads it.
        ///
        /// @param found where the file is
        /// @throws org.cumae.train.TrainingException if it cannot be read, or has no such column
        public TextCorpus corpus(Path found) {
            return column.map(name -> TextCorpus.of(new TextColumn(found, name).read(), heldOut))
                    .orElseGet(() -> TextCorpus.read(found, heldOut));
        }
    }

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

    /// The shape of a model.
    ///
    /// @param family llama, gpt2, mamba, mamba2, jamba, s4, s4d or s5
    /// @param layers how many blocks
    /// @param width channels of the residual stream
    /// @param heads heads of the queries; of mamba2 those that forget by themselves; other families
    ///   that roll have none
    /// @param keyHeads heads of keys and values; as many as of queries when left out
    /// @param inner channels inside the feed-forward part, which only families that attend have
    /// @param state numbers that a channel remembers, where layers roll; 16, of mamba2, s4 and s4d
    ///   64; of s5 those that all channels share, 64
    /// @param start of s4d and s5, where eigenvalues begin: legs, linear, inverse, real or random;
    ///   legs
    /// @param attendEvery of jamba, how many layers make a group of which one attends, the one in
    ///   the middle; 4
    /// @param length the longest context, and the length of windows in training
    /// @param tied whether the embedding serves as the head
    /// @param stored how the weights are saved: f32, f16 or bf16; f32
    public record Model(
            @JsonProperty(required = true) Family family,
            int layers,
            int width,
            Optional<Integer> heads,
            Optional<Integer> keyHeads,
            Optional<Integer> inner,
            Optional<Integer> state,
            Optional<Start> start,
            Optional<Integer> attendEvery,
            int length,
            boolean tied,
            Optional<TensorType> stored) {
        private static final Set<TensorType> STORED =
                EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16);

        /// Families of models.
        public enum Family {
            /// Rotary positions, root mean square norms, a gated feed-forward part.
            LLAMA,
            /// Learned positions, layer norms, biases.
            GPT2,
            /// Selective state spaces.
            MAMBA,
            /// Selective state spaces whose heads forget alike.
            MAMBA2,
            /// Selective state spaces, and attention in some layers.
            JAMBA,
            /// State spaces that begin as HiPPO's, the same at every row, one for each channel.
            S4,
            /// The same, diagonal.
            S4D,
            /// Diagonal state spaces, the same at every row, which all channels share.
            S5;

            private boolean attends() {
                return this == LLAMA || this == GPT2 || this == JAMBA;
            }

            private boolean hasHeads() {
                return attends() || this == MAMBA2;
            }

            private boolean isDiagonal() {
                return this == S4D || this == S5;
            }
        }

        private static final int STATE = 16;
        private static final int WIDE_STATE = 64;
        private static final int ATTEND_EVERY = 4;

        private void check() {
            Check.argument(width > 0, "width is %d; it must be 1 or more", width);
            if (!family.hasHeads()) {
                refuse("heads", heads);
            } else {
                int shared = family == Family.MAMBA2 ? 2 * width : width;
                int parts = required("heads", heads);
                Check.argument(
                        parts > 0 && shared % parts == 0,
                        "%d heads do not share a width of %d evenly",
                        parts,
                        shared);
            }
            if (!family.attends()) {
                refuse("inner", inner);
                refuse("key-heads", keyHeads);
            } else {
                required("inner", inner);
            }
            if (family == Family.LLAMA || family == Family.GPT2) {
                refuse("state", state);
            }
            if (!family.isDiagonal()) {
                refuse("start", start);
            }
            if (family != Family.JAMBA) {
                refuse("attend-every", attendEvery);
            }
            Check.argument(layers > 0, "layers is %d; it must be 1 or more", layers);
            Check.argument(length > 0, "length is %d; it must be 1 or more", length);
            Check.argument(
                    STORED.containsAll(stored.stream().toList()),
                    "stored is %s; it must be one of %s",
                    stored.map(String::valueOf).orElse(""),
                    STORED);
        }

        private int required(String key, Optional<Integer> value) {
            return value.orElseThrow(
                    () ->
                            new IllegalArgumentException(
                                    "model.%s is missing; family %s needs it"
                                            .formatted(key, word())));
        }

        private void refuse(String key, Optional<?> value) {
            Check.argument(
                    value.isEmpty(),
                    "model.%s is %s; family %s has none",
                    key,
                    value.map(String::valueOf).orElse(""),
                    word());
        }

        private String word() {
            return family.name().toLowerCase(Locale.ROOT);
        }

        private List<Mixing> mixing() {
            return switch (family) {
                case LLAMA, GPT2 -> Mixing.attention(layers);
                case MAMBA -> Collections.nCopies(layers, mamba(false));
                case MAMBA2 ->
                        Collections.nCopies(
                                layers,
                                Mixing.Mamba2.of(
                                        width, required("heads", heads), state.orElse(WIDE_STATE)));
                case S4 -> Collections.nCopies(layers, new Mixing.S4(state.orElse(WIDE_STATE)));
                case S4D ->
                        Collections.nCopies(
                                layers,
                                new Mixing.S4d(state.orElse(WIDE_STATE), start.orElse(Start.LEGS)));
                case S5 ->
                        Collections.nCopies(
                                layers,
                                new Mixing.S5(
                                        state.orElse(WIDE_STATE), 1, start.orElse(Start.LEGS)));
                case JAMBA -> {
                    int every = attendEvery.orElse(ATTEND_EVERY);
                    yield IntStream.range(0, layers)
                            .<Mixing>mapToObj(
                                    layer ->
                                            layer % every == every / 2
                                                    ? new Mixing.Attention(OptionalInt.empty())
                                                    : mamba(true))
                            .toList();
                }
            };
        }

        private Mixing.Mamba mamba(boolean normed) {
            return new Mixing.Mamba(
                    2 * width,
                    state.orElse(STATE),
                    4,
                    Math.ceilDiv(width, 16),
                    normed,
                    false,
                    true);
        }

        private Positions positions() {
            return switch (family) {
                case LLAMA ->
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None());
                case GPT2 -> new Positions.Learned();
                case MAMBA, MAMBA2, JAMBA, S4, S4D, S5 -> new Positions.None();
            };
        }

        /// As the net wants it.
        private TransformerConfig config(String name, String kind, int vocabulary, int maxLength) {
            boolean gpt2 = family == Family.GPT2;
            int attending = family.attends() ? required("heads", heads) : 0;
            return new TransformerConfig(
                    name,
                    kind,
                    vocabulary,
                    width,
                    attending,
                    keyHeads.orElse(attending),
                    attending == 0 ? 0 : width / attending,
                    inner.orElse(0),
                    maxLength,
                    mixing(),
                    gpt2 ? NormKind.LAYER : NormKind.RMS,
                    1e-5,
                    positions(),
                    gpt2 ? Activation.GELU_TANH : Activation.SWIGLU,
                    gpt2 ? EnumSet.allOf(Bias.class) : Set.of(),
                    false,
                    tied);
        }
    }
}
