package org.cumae.image;

import org.cumae.Check;
import org.cumae.naming.Known;
import org.cumae.net.Transformer;
import org.cumae.picture.Cells;
import org.cumae.picture.FlowCells;
import org.cumae.picture.ScaleSight;
import org.cumae.train.picture.PictureLearner;
import org.cumae.unit.picture.CodeFile;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A model that draws pictures, in a folder: weights of family `picture`, what its codes stand for
/// (`code.safetensors`), and `picture.json` with the manner of drawing and the names of classes.
public final class PictureFolder {
    private static final String FILE = "picture.json";
    private static final JsonMapper MAPPER = new JsonMapper();

    private PictureFolder() {}

    /// Whether a folder holds such a model.
    public static boolean is(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    /// Writes what a model does not say of itself beside it.
    public static void describe(MannerPlan manner, List<String> classes, Path folder) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("order", word(manner.order()));
        manner.mixture().ifPresent(mixture -> root.put("mixture", word(mixture)));
        manner.past().ifPresent(past -> root.put("past", word(past)));
        manner.window().ifPresent(window -> root.put("window", window));
        manner.windowFrom().ifPresent(side -> root.put("window_from", side));
        manner.course().ifPresent(course -> root.put("guidance", word(course)));
        manner.direction().ifPresent(direction -> root.put("direction", word(direction)));
        manner.reveals().ifPresent(reveals -> root.put("reveals", reveals));
        manner.choice().ifPresent(choice -> root.put("choice", choice));
        manner.flow().ifPresent(flow -> describe(flow, root.putObject("flow")));
        classes.forEach(root.putArray("classes")::add);
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(FILE).toFile(), root);
    }

    private static void describe(FlowPlan flow, ObjectNode root) {
        flow.sides().ifPresent(sides -> sides.forEach(root.putArray("sides")::add));
        flow.square().ifPresent(square -> root.put("square", square));
        flow.reveals().ifPresent(reveals -> root.put("reveals", reveals));
        flow.pivots().ifPresent(side -> root.put("pivots", side));
        flow.pivotReveals().ifPresent(reveals -> root.put("pivot_reveals", reveals));
        flow.past().ifPresent(past -> root.put("past", word(past)));
        flow.solver().ifPresent(solver -> root.put("solver", word(solver)));
        flow.steps().ifPresent(steps -> root.put("steps", steps));
        flow.variance().ifPresent(variance -> root.put("variance", word(variance)));
    }

    private static FlowPlan flow(JsonNode root) {
        return new FlowPlan(
                root.has("sides")
                        ? Optional.of(
                                root.path("sides").valueStream().map(JsonNode::asInt).toList())
                        : Optional.empty(),
                number(root, "square"),
                number(root, "reveals"),
                number(root, "pivots"),
                number(root, "pivot_reveals"),
                named(root, "past", FlowCells.Past.values()),
                named(root, "solver", FlowPlan.Way.values()),
                number(root, "steps"),
                named(root, "variance", FlowPlan.Variance.values()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// Opens a model. The caller closes it.
    ///
    /// @throws IllegalArgumentException if the folder holds none, or its parts do not fit
    /// @throws org.cumae.weights.WeightFileException if weights are damaged
    public static PictureModel open(Path folder) {
        Check.argument(is(folder), "%s holds no model of pictures: there is no %s", folder, FILE);
        JsonNode root;
        try {
            root = MAPPER.readTree(folder.resolve(FILE).toFile());
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s: %s".formatted(folder.resolve(FILE), e.getOriginalMessage()), e);
        }
        MannerPlan plan =
                new MannerPlan(
                        find(MannerPlan.Kind.values(), root.path("order").asString("")),
                        named(root, "mixture", Cells.Mixture.values()),
                        named(root, "past", ScaleSight.Past.values()),
                        number(root, "window"),
                        number(root, "window_from"),
                        root.has("flow") ? Optional.of(flow(root.path("flow"))) : Optional.empty(),
                        named(root, "guidance", MannerPlan.Course.values()),
                        named(root, "direction", MannerPlan.Direction.values()),
                        number(root, "reveals"),
                        root.has("choice")
                                ? Optional.of(root.path("choice").asDouble())
                                : Optional.empty());
        List<String> classes = root.path("classes").valueStream().map(JsonNode::asString).toList();
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        return new PictureModel(
                name,
                plan,
                plan.of(CodeFile.read(folder.resolve(PictureLearner.CODE))),
                classes,
                Transformer.load(folder));
    }

    private static <E extends Enum<E>> Optional<E> named(JsonNode root, String key, E[] all) {
        return root.has(key)
                ? Optional.of(find(all, root.path(key).asString("")))
                : Optional.empty();
    }

    private static <E extends Enum<E>> E find(E[] all, String word) {
        Known.of("word", Arrays.stream(all).map(PictureFolder::word).toList()).require(word);
        return Arrays.stream(all).filter(each -> word(each).equals(word)).findFirst().orElseThrow();
    }

    private static Optional<Integer> number(JsonNode root, String key) {
        return root.has(key) ? Optional.of(root.path(key).asInt()) : Optional.empty();
    }
}
