package org.cumae.net;

import org.cumae.Check;
import org.cumae.model.Denoising;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The shape of a decoder-only model: Llama, Qwen 2 and 3, Mistral, GPT-2, Mamba, Mamba-2 and Jamba
/// differ in nothing else.
///
/// @param name what messages call the model
/// @param family what its kind is called in files: `llama`, `qwen2`; [#ANY_SUBSET] for a model that
///   is asked in two streams, [#POINTERS] for one that is asked by pointers
/// @param vocabulary ids are `[0, vocabulary)`
/// @param width channels of the residual stream
/// @param heads heads of the queries
/// @param keyHeads heads of keys and values; each serves `heads / keyHeads` query heads
/// @param headDim channels of a head
/// @param innerWidth channels inside the feed-forward part; 0 where there is none
/// @param maxLength how many rows a context can hold
/// @param mixing for each layer how its rows learn of each other
/// @param norm how rows are normalised
/// @param epsilon what keeps the norm from dividing by 0
/// @param positions how the model knows where a row stands
/// @param activation of the feed-forward part
/// @param biases which linear layers add one
/// @param queryKeyNorm whether each head of queries and keys is normalised before it is turned
/// @param tiedHead whether the embedding serves as the head
/// @param denoising how it was taught to fill masks, where it was: then it has one, whose id is the
///   vocabulary, with a row of the embedding and none of the head
/// @param picture what it has as a model of pictures
public record TransformerConfig(
        String name,
        String family,
        int vocabulary,
        int width,
        int heads,
        int keyHeads,
        int headDim,
        int innerWidth,
        int maxLength,
        List<Mixing> mixing,
        NormKind norm,
        double epsilon,
        Positions positions,
        Activation activation,
        Set<Bias> biases,
        boolean queryKeyNorm,
        boolean tiedHead,
        Optional<Denoising> denoising,
        Optional<PictureShape> picture) {
    /// The family of models that are asked for any variable given any others, by rows that see
    /// content and not each other ([org.cumae.canvas.OrderedRows]). Their last id is that of a
    /// question; in all else they are Llama.
    public static final String ANY_SUBSET = "any_subset";

    /// The family of models that are asked by pointers: their ids are pointers and codes, which
    /// stand at the positions of their addresses.
    public static final String POINTERS = "pointers";

    private static final double EPSILON = 1e-5; // of the norms of models of pictures

    /// The family of models that draw pictures; in all else they are Llama.
    public static final String PICTURE = "picture";

    /// How rows are normalised.
    public enum NormKind {
        /// By their root mean square.
        RMS,
        /// By mean and variance.
        LAYER
    }

    /// What the feed-forward part does between its products.
    public enum Activation {
        /// SiLU of a gate, times the rest.
        SWIGLU,
        /// GELU by its tanh formula.
        GELU_TANH
    }

    /// Linear layers that may add a bias.
    public enum Bias {
        /// Queries, keys and values.
        QUERY_KEY_VALUE,
        /// The output of attention.
        OUTPUT,
        /// The feed-forward part.
        MLP
    }

    /// Checks that the sizes fit each other.
    ///
    /// @throws IllegalArgumentException naming the size and the limit
    public TransformerConfig {
        mixing = List.copyOf(mixing);
        biases = Set.copyOf(biases);
        positive(name, "vocabulary", vocabulary);
        positive(name, "width", width);
        positive(name, "maxLength", maxLength);
        positive(name, "layers", mixing.size());
        Check.argument(
                innerWidth >= 0,
                "model %s: innerWidth is %d; it must be 0 or more",
                name,
                innerWidth);
        if (attends(mixing)) {
            positive(name, "heads", heads);
            positive(name, "keyHeads", keyHeads);
            positive(name, "headDim", headDim);
            Check.argument(
                    heads % keyHeads == 0,
                    "model %s: %d query heads do not share %d key heads evenly",
                    name,
                    heads,
                    keyHeads);
        }
        Check.argument(
                epsilon >= 0, "model %s: epsilon is %s; it must be 0 or more", name, epsilon);
        Check.argument(
                !(positions instanceof Positions.Grid || positions instanceof Positions.Pyramid)
                        || headDim % 4 == 0,
                "model %s: headDim is %d; rotary positions on a grid need a multiple of 4",
                name,
                headDim);
        Check.argument(
                !(positions instanceof Positions.Stack) || (headDim % 16 == 0 && keyHeads % 2 == 0),
                "model %s: headDim is %d and keyHeads %d; rotary positions in a stack of grids need a"
                        + " multiple of 16 and an even number",
                name,
                headDim,
                keyHeads);
        Check.argument(
                !(positions instanceof Positions.Stack stack) || stack.positions() >= maxLength,
                "model %s: maxLength is %d; its sheets have fewer positions",
                name,
                maxLength);
        Check.argument(
                !(positions instanceof Positions.Rotary) || headDim % 2 == 0,
                "model %s: headDim is %d; rotary positions need an even one",
                name,
                headDim);
        Check.argument(
                denoising.isEmpty() || (positions instanceof Positions.Rotary && !rolls(mixing)),
                "model %s is of family %s; only models that attend with rotary positions fill masks",
                name,
                family);
        Check.argument(
                denoising.isEmpty() || !tiedHead,
                "model %s fills masks and shares its embedding with its head; give it a head",
                name);
        int encoder = picture.flatMap(PictureShape::flow).map(FlowShape::encoder).orElse(0);
        Check.argument(
                encoder < mixing.size(),
                "model %s: an encoder of %d blocks leaves none of %d in which what is not known looks"
                        + " at what is; take fewer",
                name,
                encoder,
                mixing.size());
    }

    /// The shape of a model that fills no masks and draws no pictures.
    public TransformerConfig(
            String name,
            String family,
            int vocabulary,
            int width,
            int heads,
            int keyHeads,
            int headDim,
            int innerWidth,
            int maxLength,
            List<Mixing> mixing,
            NormKind norm,
            double epsilon,
            Positions positions,
            Activation activation,
            Set<Bias> biases,
            boolean queryKeyNorm,
            boolean tiedHead) {
        this(
                name,
                family,
                vocabulary,
                width,
                heads,
                keyHeads,
                headDim,
                innerWidth,
                maxLength,
                mixing,
                norm,
                epsilon,
                positions,
                activation,
                biases,
                queryKeyNorm,
                tiedHead,
                Optional.empty(),
                Optional.empty());
    }

    /// The same that fills masks. Its head is one of its own, since the mask has no law.
    public TransformerConfig filling(Denoising denoising) {
        return new TransformerConfig(
                name,
                family,
                vocabulary,
                width,
                heads,
                keyHeads,
                headDim,
                innerWidth,
                maxLength,
                mixing,
                norm,
                epsilon,
                positions,
                activation,
                biases,
                queryKeyNorm,
                false,
                Optional.of(denoising),
                picture);
    }

    /// A model that draws pictures: Llama's blocks. Those whose rows are scales of codes, with
    /// places that are learned, normalise queries and keys as VAR's do; a head of real vectors says
    /// nothing of ids, and so is no matrix of its own.
    ///
    /// @param ids those that are fed: codes where they are fed as ids, a mask, conditions
    /// @param heads which share `width` evenly
    /// @param rows how many a context can hold
    public static TransformerConfig picture(
            String name,
            int ids,
            int layers,
            int width,
            int heads,
            int innerWidth,
            int rows,
            Positions positions,
            PictureShape shape) {
        return new TransformerConfig(
                name,
                PICTURE,
                ids,
                width,
                heads,
                heads,
                width / heads,
                innerWidth,
                rows,
                Mixing.attention(layers),
                NormKind.RMS,
                EPSILON,
                positions,
                Activation.SWIGLU,
                Set.of(),
                positions instanceof Positions.Learned,
                shape.flow().isPresent(),
                Optional.empty(),
                Optional.of(shape));
    }

    /// The same with so many heads, key heads and inner channels: what one of several processes has
    /// of it.
    TransformerConfig share(int heads, int keyHeads, int innerWidth) {
        return new TransformerConfig(
                name,
                family,
                vocabulary,
                width,
                heads,
                keyHeads,
                headDim,
                innerWidth,
                maxLength,
                mixing,
                norm,
                epsilon,
                positions,
                activation,
                biases,
                queryKeyNorm,
                tiedHead,
                denoising,
                picture);
    }

    /// How many ids can be fed: the vocabulary, and the mask of a model that fills some.
    public int inputs() {
        return vocabulary + (denoising.isPresent() ? 1 : 0);
    }

    /// Reads the shape of a model without its weights.
    ///
    /// @param path a directory as Hugging Face lays it out, or a GGUF file
    /// @throws org.cumae.weights.WeightFileException if it is damaged, or of a family that is not
    ///   known
    public static TransformerConfig read(Path path) {
        return Files.exists(path.resolve("config.json"))
                ? HuggingFaceCheckpoint.config(path)
                : GgufCheckpoint.config(path);
    }

    private static void positive(String name, String what, int value) {
        Check.argument(value > 0, "model %s: %s is %d; it must be 1 or more", name, what, value);
    }

    /// Whether it is asked by pointers, after any variable given any others.
    public boolean isPointers() {
        return family.equals(POINTERS);
    }

    /// Whether it is asked in two streams, and not for what comes next.
    public boolean isAnySubset() {
        return family.equals(ANY_SUBSET);
    }

    /// Whether it says how wide noise is on the way of real vectors.
    public boolean learnsVariance() {
        return picture.flatMap(PictureShape::flow).filter(FlowShape::learnsVariance).isPresent();
    }

    /// How many blocks.
    public int layers() {
        return mixing.size();
    }

    /// How many of the last rows a row sees in each layer that attends, itself among them; empty
    /// for all.
    public List<OptionalInt> windows() {
        return mixing.stream()
                .filter(Mixing.Attention.class::isInstance)
                .map(layer -> ((Mixing.Attention) layer).window())
                .toList();
    }

    /// How many layers attend, those of further heads among them.
    int attentionLayers() {
        return windows().size() + picture.map(PictureShape::directions).orElse(1) - 1;
    }

    /// Whether any layer attends.
    public boolean attends() {
        return attends(mixing);
    }

    private static boolean attends(List<Mixing> mixing) {
        return mixing.stream().anyMatch(Mixing.Attention.class::isInstance);
    }

    /// Whether any layer rolls, so that a context cannot be cut at no cost.
    public boolean rolls() {
        return rolls(mixing);
    }

    private static boolean rolls(List<Mixing> mixing) {
        return !mixing.stream().allMatch(Mixing.Attention.class::isInstance);
    }
}
