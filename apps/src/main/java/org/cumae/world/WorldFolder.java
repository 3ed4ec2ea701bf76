package org.cumae.world;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.model.Tokens;
import org.cumae.net.Transformer;
import org.cumae.psi.Book;
import org.cumae.psi.World;
import org.cumae.unit.patch.BookFile;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A world that was learned, in a folder: a model of family `pointers`, `world.json` with the
/// fields of its layout and the fingerprints of its books, a book for each type, and perhaps scenes
/// to try it on.
public final class WorldFolder {
    private static final String FILE = "world.json";
    private static final String SCENES = "scenes.json";
    private static final int UNKNOWN = -1;
    private static final JsonMapper MAPPER = new JsonMapper();

    private WorldFolder() {}

    /// Whether a folder holds a world.
    public static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    /// Writes what a model does not say of itself beside it.
    ///
    /// @param layout where the world's variables live
    /// @param books by the name of their type
    /// @param scenes to try it on, with all that is known of them; perhaps none
    /// @param folder of the model
    public static void describe(
            Layout layout, Map<String, Book> books, List<Canvas> scenes, Path folder) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode fields = root.putArray("fields");
        for (Field field : layout.fields()) {
            ObjectNode node = fields.addObject().put("type", field.type().name());
            node.put("rows", field.type().rows()).put("columns", field.type().columns());
            ArrayNode codes = node.putArray("codes");
            field.type().codes().forEach(span -> put(codes.addArray(), span));
            switch (field.moment()) {
                case Moment.Frame(int t) -> node.put("frame", t);
                case Moment.Pair(int from, int to) -> node.put("from", from).put("to", to);
                case Moment.Always _ -> {}
            }
            put(node.putArray("pointers"), field.pointers());
        }
        ObjectNode prints = root.putObject("books");
        new TreeMap<>(books)
                .forEach(
                        (type, book) -> {
                            BookFile.write(book, folder.resolve(type + ".book"));
                            prints.put(type, BookFile.fingerprint(book));
                        });
        if (!scenes.isEmpty()) {
            MAPPER.writeValue(folder.resolve(SCENES).toFile(), written(layout, scenes));
        }
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), root);
    }

    /// Of each scene the codes of all variables, one after the other.
    private static ArrayNode written(Layout layout, List<Canvas> scenes) {
        ArrayNode all = MAPPER.createArrayNode();
        for (Canvas scene : scenes) {
            ArrayNode codes = all.addArray();
            for (Address address : layout.addresses()) {
                int levels = layout.field(address).type().levels();
                Tokens known = scene.codes(address).orElse(Tokens.NONE);
                for (int level = 0; level < levels; level++) {
                    codes.add(level < known.size() ? known.get(level) : UNKNOWN);
                }
            }
        }
        return all;
    }

    /// The scenes that come with a world; none where there are none.
    ///
    /// @param layout the world's
    /// @throws IllegalArgumentException if the file is damaged
    public static List<Canvas> scenes(Layout layout, Path folder) {
        Path file = folder.resolve(SCENES);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            return MAPPER.readTree(file.toFile())
                    .valueStream()
                    .map(codes -> scene(layout, codes, file))
                    .toList();
        } catch (JacksonException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }

    private static Canvas scene(Layout layout, JsonNode codes, Path file) {
        int wanted =
                layout.fields().stream()
                        .mapToInt(field -> field.type().cells() * field.type().levels())
                        .sum();
        Check.argument(
                codes.size() == wanted,
                "%s holds a scene of %d codes; the world's variables have %d",
                file,
                codes.size(),
                wanted);
        Canvas scene = new Canvas(layout);
        int next = 0;
        for (Address address : layout.addresses()) {
            int[] known = new int[layout.field(address).type().levels()];
            for (int level = 0; level < known.length; level++) {
                known[level] = codes.get(next++).asInt(UNKNOWN);
            }
            if (known[0] != UNKNOWN) {
                scene.observe(new Element(address, Tokens.of(known)));
            }
        }
        return scene;
    }

    private static void put(ArrayNode node, Span span) {
        node.add(span.from()).add(span.to());
    }

    /// Opens a world. The caller closes it.
    ///
    /// @throws IllegalArgumentException if the folder holds none, or a book is not the one that the
    ///   model was trained with
    /// @throws org.cumae.weights.WeightFileException if weights are damaged
    public static World open(Path folder) {
        Check.argument(is(folder), "%s holds no world: there is no %s", folder, FILE);
        JsonNode root;
        try {
            root = MAPPER.readTree(folder.resolve(FILE).toFile());
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s: %s".formatted(folder.resolve(FILE), e.getOriginalMessage()), e);
        }
        Layout layout =
                new Layout(root.required("fields").valueStream().map(WorldFolder::field).toList());
        Map<String, Book> books = new LinkedHashMap<>();
        root.required("books")
                .propertyStream()
                .forEach(
                        entry -> {
                            Book book = BookFile.read(folder.resolve(entry.getKey() + ".book"));
                            Check.argument(
                                    BookFile.fingerprint(book).equals(entry.getValue().asString()),
                                    "%s: the book of type %s is not the one that the model was"
                                            + " trained with",
                                    folder,
                                    entry.getKey());
                            books.put(entry.getKey(), book);
                        });
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        return new World(name, layout, books, Transformer.load(folder));
    }

    private static Field field(JsonNode node) {
        List<Span> codes =
                node.required("codes")
                        .valueStream()
                        .map(WorldFolder::span)
                        .collect(Collectors.toList());
        TokenType type =
                new TokenType(
                        node.required("type").asString(),
                        node.required("rows").asInt(),
                        node.required("columns").asInt(),
                        codes);
        Moment moment =
                node.has("frame")
                        ? new Moment.Frame(node.get("frame").asInt())
                        : node.has("from")
                                ? new Moment.Pair(
                                        node.get("from").asInt(), node.required("to").asInt())
                                : Moment.ALWAYS;
        return new Field(type, moment, span(node.required("pointers")));
    }

    private static Span span(JsonNode node) {
        return new Span(node.required(0).asInt(), node.required(1).asInt());
    }
}
