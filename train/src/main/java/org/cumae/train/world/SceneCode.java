package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.psi.Book;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.cumae.psi.World;
import org.cumae.unit.patch.PatchTraining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// What pairs of frames are coded as: where their variables live, and a book for each type.
///
/// What is seen is coded patch by patch, coarse first. All else has one code a patch: motion in
/// whole steps, how near a patch is, and whether it belongs to what is likeliest to move.
///
/// @param layout the variables
/// @param books by the name of their type
public record SceneCode(Layout layout, Map<String, Book> books) {
    /// Whether a patch belongs to the thing that is likeliest to move: 0 or 1.
    public static final String SEGMENT = "s";

    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    /// Copies the map.
    public SceneCode {
        books = Map.copyOf(books);
    }

    /// What a world codes scenes as.
    public static SceneCode of(World world) {
        Map<String, Book> books = new LinkedHashMap<>();
        for (Field field : world.layout().fields()) {
            books.put(field.type().name(), world.book(field.type().name()));
        }
        return new SceneCode(world.layout(), books);
    }

    /// What is known before anything was learned of it: a code for each type, one after the other.
    ///
    /// @param types which, in the order in which they come to be known: `rgb` first
    /// @param scenes how things move in them
    /// @param patch the side of a patch, in pixels
    /// @param looks how many codes each level of what is seen has
    /// @param nearness how many codes nearness has
    /// @param law what codes of what is seen stand for
    /// @param frames to learn what is seen from, as large as those of the scenes
    public static SceneCode learn(
            List<String> types,
            SpriteScenes scenes,
            int patch,
            List<Integer> looks,
            int nearness,
            PatchTraining.Law law,
            List<Raster> frames) {
        Check.argument(
                !types.isEmpty() && types.getFirst().equals(World.RGB),
                "types are %s; the first must be %s, since all else is learned of what is seen",
                types,
                World.RGB);
        Check.argument(
                patch > 0 && scenes.side() % patch == 0,
                "frames of %d pixels cannot be cut into patches of %d",
                scenes.side(),
                patch);
        int grid = scenes.side() / patch;
        Layout layout = Layout.EMPTY;
        Map<String, Book> books = new LinkedHashMap<>();
        for (String name : types) {
            switch (name) {
                case World.RGB -> {
                    layout = plus(layout, name, grid, looks, FIRST, SECOND);
                    books.put(
                            name,
                            new PatchTraining(20, 20_000, 1, law)
                                    .learn(last(layout), patch, frames));
                }
                case World.CAMERA -> {
                    float[][] pans = motions(scenes.reach() / scenes.step() / 2, scenes.step());
                    layout = plus(layout, name, 1, List.of(pans.length), NEXT);
                    books.put(name, Book.of(last(layout), pans));
                }
                case World.FLOW -> {
                    float[][] motions = motions(scenes.reach() / scenes.step(), scenes.step());
                    layout = plus(layout, name, grid, List.of(motions.length), NEXT);
                    books.put(name, Book.of(last(layout), motions));
                }
                case World.DEPTH -> {
                    layout = plus(layout, name, grid, List.of(nearness), FIRST);
                    books.put(name, Book.of(last(layout), nearness(nearness)));
                }
                case SEGMENT -> {
                    layout = plus(layout, name, grid, List.of(2), FIRST);
                    books.put(name, Book.of(last(layout), new float[] {0}, new float[] {1}));
                }
                default ->
                        throw new IllegalArgumentException(
                                "type '%s'; a world of scenes knows %s, %s, %s, %s and %s"
                                        .formatted(
                                                name,
                                                World.RGB,
                                                World.CAMERA,
                                                World.FLOW,
                                                World.DEPTH,
                                                SEGMENT));
            }
        }
        return new SceneCode(layout, books);
    }

    /// One more type, whose variables at a moment share their pointer: their positions tell which
    /// is which.
    private static Layout plus(
            Layout layout, String name, int grid, List<Integer> sizes, Moment... moments) {
        int next = layout.vocabulary();
        List<Span> codes = new ArrayList<>();
        for (int size : sizes) {
            codes.add(Span.of(next, size));
            next += size;
        }
        TokenType type = new TokenType(name, grid, grid, codes);
        Layout extended = layout;
        for (Moment moment : moments) {
            extended = extended.plus(new Field(type, moment, Span.of(next, 1)));
            next++;
        }
        return extended;
    }

    private static TokenType last(Layout layout) {
        return layout.fields().getLast().type();
    }

    /// All motions by whole steps, standing still first.
    private static float[][] motions(int most, int step) {
        int side = 2 * most + 1;
        int middle = side * side / 2;
        return IntStream.range(0, side * side)
                .map(i -> (i + middle) % (side * side)) // still is in the middle
                .mapToObj(i -> new float[] {step * (i % side - most), step * (i / side - most)})
                .toArray(float[][]::new);
    }

    /// Nearness from nothing to twice that of the farthest.
    private static float[][] nearness(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new float[] {i / (float) (count - 1)})
                .toArray(float[][]::new);
    }

    /// The same, of the first types only.
    ///
    /// @param types which
    public SceneCode of(Collection<String> types) {
        Layout less =
                new Layout(
                        layout.fields().stream()
                                .filter(field -> types.contains(field.type().name()))
                                .toList());
        Map<String, Book> fewer = new LinkedHashMap<>();
        types.forEach(type -> fewer.put(type, book(type)));
        return new SceneCode(less, fewer);
    }

    /// The book of a type.
    public Book book(String type) {
        return Objects.requireNonNull(books.get(type), type);
    }

    /// What is seen in two frames of which nothing else is known.
    public Canvas seen(Raster first, Raster second) {
        Canvas canvas = new Canvas(layout);
        book(World.RGB).read(first, FIRST).forEach(canvas::observe);
        book(World.RGB).read(second, SECOND).forEach(canvas::observe);
        return canvas;
    }

    /// What is seen in a scene, and how the camera moved where that is coded.
    public Canvas seen(SpriteScenes.Scene scene) {
        Canvas canvas = seen(scene.frames().get(0), scene.frames().get(1));
        return books.containsKey(World.CAMERA) ? canvas.observe(camera(scene)) : canvas;
    }

    private Element camera(SpriteScenes.Scene scene) {
        return new Element(
                new Address(World.CAMERA, NEXT, 0, 0),
                book(World.CAMERA)
                        .codes(new float[] {scene.camera().get(0), scene.camera().get(1)}));
    }

    /// The truth about a type in a scene, of each patch what its middle says.
    ///
    /// @param type `f`, `d` or `s`
    public List<Element> truth(String type, SpriteScenes.Scene scene) {
        return switch (type) {
            case World.FLOW -> book(type).read(middles(scene.motion()), NEXT);
            case World.DEPTH -> {
                float most = scene.disparity().max();
                Raster disparity = middles(scene.disparity());
                yield book(type)
                        .read(
                                Raster.of(
                                        disparity.rows(),
                                        disparity.columns(),
                                        1,
                                        (y, x, _) -> disparity.at(y, x) / most),
                                FIRST);
            }
            case SEGMENT -> {
                Mask nearest = scene.things().getFirst();
                yield book(type)
                        .read(
                                middles(
                                        Raster.of(
                                                nearest.rows(),
                                                nearest.columns(),
                                                1,
                                                (y, x, _) -> nearest.has(y, x) ? 1 : 0)),
                                FIRST);
            }
            default -> throw new IllegalArgumentException("there is no truth about type " + type);
        };
    }

    /// Of each patch what its middle says.
    ///
    /// @param raster `[side, side, channels]`
    /// @return `[grid, grid, channels]`
    public Raster middles(Raster raster) {
        int grid = book(World.RGB).type().rows();
        int side = raster.rows() / grid;
        return Raster.of(
                grid,
                grid,
                raster.channels(),
                (y, x, c) -> raster.at(y * side + side / 2, x * side + side / 2, c));
    }

    /// How fast a patch moves, by its code.
    public double speed(Element element) {
        if (!element.address().type().equals(World.FLOW)) {
            return 0;
        }
        double[] vector = book(World.FLOW).mean(element.codes());
        return Math.hypot(vector[0], vector[1]);
    }
}
