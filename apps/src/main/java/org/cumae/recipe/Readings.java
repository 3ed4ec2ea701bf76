package org.cumae.recipe;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.model.Tokens;
import org.cumae.weights.WholeFile;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What was read off a world, kept in a file: of each scene the values of some variables, so that a
/// run that goes on need not read them again.
record Readings(List<List<Element>> scenes) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int HEAD = 1; // the variable, before its codes

    /// Copies the lists.
    Readings {
        scenes = scenes.stream().map(List::copyOf).toList();
    }

    /// Adds what is known of a scene to what is seen of it.
    void addTo(int scene, Canvas canvas) {
        if (scene < scenes.size()) {
            scenes.get(scene).forEach(canvas::observe);
        }
    }

    /// Writes them: of each scene a list of lists, each a variable's number and its codes.
    void write(Path file, Layout layout) {
        List<Address> addresses = layout.addresses();
        ArrayNode root = MAPPER.createArrayNode();
        for (List<Element> scene : scenes) {
            ArrayNode values = root.addArray();
            for (Element element : scene) {
                ArrayNode value = values.addArray().add(addresses.indexOf(element.address()));
                for (int code : element.codes().toArray()) {
                    value.add(code);
                }
            }
        }
        WholeFile.write(file, sink -> sink.write(MAPPER.writeValueAsBytes(root)));
    }

    /// Reads them; empty where there is no such file.
    ///
    /// @throws IllegalArgumentException if it is damaged
    static Optional<Readings> read(Path file, Layout layout) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        List<Address> addresses = layout.addresses();
        List<List<Element>> scenes = new ArrayList<>();
        try {
            for (JsonNode values : MAPPER.readTree(file.toFile())) {
                List<Element> scene = new ArrayList<>();
                for (JsonNode value : values) {
                    int[] codes = new int[value.size() - HEAD];
                    for (int i = 0; i < codes.length; i++) {
                        codes[i] = value.required(HEAD + i).asInt();
                    }
                    scene.add(
                            new Element(
                                    addresses.get(value.required(0).asInt()), Tokens.of(codes)));
                }
                scenes.add(scene);
            }
        } catch (JacksonException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "%s is damaged: %s; delete it and what is in it will be read again"
                            .formatted(file, e.getMessage()),
                    e);
        }
        return Optional.of(new Readings(scenes));
    }
}
