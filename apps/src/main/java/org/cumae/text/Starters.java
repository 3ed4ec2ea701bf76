package org.cumae.text;

import org.cumae.Check;
import org.cumae.weights.WholeFile;

import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What texts of a model may begin with, for who tries it: `starters.json` beside its weights, a
/// list of texts.
///
/// @param texts in the order of showing
public record Starters(List<String> texts) {
    /// None are known.
    public static final Starters NONE = new Starters(List.of());

    private static final String FILE = "starters.json";
    private static final JsonMapper JSON = new JsonMapper();

    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if one is blank
    public Starters {
        texts = List.copyOf(texts);
        Check.argument(
                texts.stream().noneMatch(String::isBlank),
                "starters are %s; none may be blank",
                texts);
    }

    /// Those of a model's directory; a directory without the file, and a GGUF file, have none.
    ///
    /// @throws IllegalArgumentException if the file is no list of texts, naming it
    public static Starters of(Path model) {
        Path file = model.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return NONE;
        }
        try {
            return new Starters(
                    JSON.readValue(Files.readAllBytes(file), new TypeReference<List<String>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s is no list of texts: %s; correct or remove it"
                            .formatted(file, e.getOriginalMessage()),
                    e);
        }
    }

    /// Writes them into a model's directory; where there are none, nothing.
    public void write(Path model) {
        if (!texts.isEmpty()) {
            byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(texts);
            WholeFile.write(model.resolve(FILE), sink -> sink.write(json));
        }
    }
}
