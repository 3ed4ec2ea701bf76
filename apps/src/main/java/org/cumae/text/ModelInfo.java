package org.cumae.text;

import org.cumae.image.PictureFolder;
import org.cumae.naming.ModelShelf;
import org.cumae.net.TransformerConfig;
import org.cumae.unit.GgufTokens;
import org.cumae.unit.TokenizerException;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.Metadata;
import org.cumae.weights.TensorHealth;
import org.cumae.weights.WeightFile;
import org.cumae.weights.WeightFileException;
import org.cumae.weights.WeightSummary;
import org.cumae.world.WorldFolder;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a model's files say, told without running the model: nothing is loaded that would need as
/// much memory as its weights.
///
/// A file that Cumae cannot run is described all the same; a warning says why it would not run.
///
/// @param path where it lies
/// @param kind what it is
/// @param family what its architecture is called; empty where the files do not say
/// @param shape its shape; empty where this build has no model of that family
/// @param weights its tensors and their storage
/// @param contextLength how many tokens it can hold; empty where the files do not say
/// @param tokenizer its tokenizer; empty where it has none that can be read
/// @param warnings what a person should know before trusting it, one sentence each
public record ModelInfo(
        Path path,
        Kind kind,
        String family,
        Optional<TransformerConfig> shape,
        WeightSummary weights,
        OptionalInt contextLength,
        Optional<TokenizerFolder> tokenizer,
        List<String> warnings) {
    /// How models come.
    public enum Kind {
        /// One file with weights, shape and tokenizer.
        GGUF("GGUF file"),
        /// Weights alone: neither shape nor tokenizer.
        SAFETENSORS("safetensors file"),
        /// `config.json`, safetensors and tokenizer.
        HUGGING_FACE("Hugging Face directory"),
        /// A directory with weights and no `config.json`.
        DIRECTORY("directory of weights");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /// The kind as people call it.
        @Override
        public String toString() {
            return words;
        }
    }

    /// Copies the warnings.
    public ModelInfo {
        warnings = List.copyOf(warnings);
    }

    /// Reads headers, configuration and tokenizer, and looks at every weight.
    ///
    /// @param nameOrPath a name that [ModelShelf] knows, a GGUF or safetensors file, or a directory
    /// @param values whether to look at the weights too, which reads all of the file
    /// @throws org.cumae.naming.UnknownNameException if there is no such name or path
    /// @throws WeightFileException if the weights are no weight file, damaged or cut short
    public static ModelInfo read(String nameOrPath, boolean values) {
        Path path = ModelShelf.standard().find(nameOrPath);
        try (WeightFile file = WeightFile.open(path)) {
            return new Reading(path, file).info(values);
        }
    }

    /// One reading: collects warnings while it goes through the files.
    private static final class Reading {
        private static final JsonMapper JSON = new JsonMapper();
        private static final List<String> LENGTHS =
                List.of("max_position_embeddings", "n_positions");

        private final Path path;
        private final WeightFile file;
        private final Kind kind;
        private final List<String> warnings = new ArrayList<>();

        Reading(Path path, WeightFile file) {
            this.path = path;
            this.file = file;
            this.kind = kind(path, file);
        }

        private static Kind kind(Path path, WeightFile file) {
            if (Files.isDirectory(path)) {
                boolean complete = Files.exists(path.resolve("config.json"));
                return complete ? Kind.HUGGING_FACE : Kind.DIRECTORY;
            }
            return file.format() == WeightFile.Format.GGUF ? Kind.GGUF : Kind.SAFETENSORS;
        }

        ModelInfo info(boolean values) {
            Optional<TransformerConfig> shape = shape();
            Optional<TokenizerFolder> tokenizer = tokenizer();
            if (shape.isPresent() && tokenizer.isPresent()) {
                compare(shape.get(), tokenizer.get());
            }
            if (values) {
                file.names().stream()
                        .map(file::health)
                        .map(TensorHealth::warning)
                        .flatMap(Optional::stream)
                        .forEach(warnings::add);
            }
            return new ModelInfo(
                    path,
                    kind,
                    shape.map(TransformerConfig::family).or(this::family).orElse(""),
                    shape,
                    WeightSummary.of(file),
                    shape.map(it -> OptionalInt.of(it.maxLength())).orElseGet(this::length),
                    tokenizer,
                    warnings);
        }

        private Optional<TransformerConfig> shape() {
            if (kind != Kind.GGUF && kind != Kind.HUGGING_FACE) {
                warnings.add(
                        "there is no config.json beside the weights, so their shape is not known;"
                                + " give the directory that holds both");
                return Optional.empty();
            }
            try {
                return Optional.of(TransformerConfig.read(path));
            } catch (IllegalArgumentException e) {
                warnings.add("cumae generate cannot run it: " + e.getMessage());
                return Optional.empty();
            }
        }

        private Optional<TokenizerFolder> tokenizer() {
            if (PictureFolder.is(path) || WorldFolder.is(path)) {
                return Optional.empty(); // it reads no text
            }
            try {
                return switch (kind) {
                    case GGUF -> file.vocabulary().map(GgufTokens::open).or(this::none);
                    case HUGGING_FACE, DIRECTORY -> Optional.of(TokenizerFolder.open(path));
                    case SAFETENSORS -> none();
                };
            } catch (TokenizerException | WeightFileException e) {
                warnings.add("its tokenizer cannot be read: " + e.getMessage());
                return Optional.empty();
            }
        }

        private Optional<TokenizerFolder> none() {
            warnings.add("it has no tokenizer, so it can be asked with ids only");
            return Optional.empty();
        }

        private void compare(TransformerConfig shape, TokenizerFolder tokenizer) {
            int ids = tokenizer.tokenizer().size();
            if (ids > shape.vocabulary()) {
                warnings.add(
                        "its tokenizer has %d ids and its embedding %d rows; they are not of one model"
                                .formatted(ids, shape.vocabulary()));
            }
        }

        private Optional<String> family() {
            return kind == Kind.GGUF
                    ? file.metadata().text("general.architecture")
                    : config().map(it -> it.path("model_type").asString(""));
        }

        private OptionalInt length() {
            if (kind == Kind.GGUF) {
                Metadata metadata = file.metadata();
                return metadata.text("general.architecture")
                        .map(it -> metadata.count(it + ".context_length"))
                        .orElse(OptionalInt.empty());
            }
            return LENGTHS.stream()
                    .flatMap(name -> config().stream().map(it -> it.path(name)))
                    .filter(JsonNode::canConvertToInt)
                    .mapToInt(JsonNode::intValue)
                    .findFirst();
        }

        /// The configuration of a family that this build does not know.
        private Optional<JsonNode> config() {
            if (kind != Kind.HUGGING_FACE) {
                return Optional.empty();
            }
            try {
                return Optional.of(JSON.readTree(path.resolve("config.json").toFile()));
            } catch (JacksonException _) {
                return Optional.empty(); // a warning says it already
            }
        }
    }
}
