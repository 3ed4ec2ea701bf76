package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.TokenType;
import org.cumae.exact.Hypothesis;
import org.cumae.exact.PosteriorModel;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Worlds whose laws are known, so that whatever is asked of them is answered exactly: on them the
/// programs are proved, and learned worlds are judged.
///
/// A frame is a grid of coloured cells with an object of four by four cells on a background, each
/// with a palette of three warm or three cold colours that it takes with .85 and leaves with .15.
/// From frame to frame the object and the background move by whole cells and keep their colours;
/// what comes into view has new ones; and after the first frame each cell is replaced by a uniform
/// colour with .03.
public final class OracleWorlds {
    /// The side of a frame, in cells of a pixel.
    public static final int SIDE = 10;

    private static final int OBJECT = 4;
    private static final int PLANES = 2; // disparities
    private static final int BLOCK = 3;
    private static final int REACH = 2;
    private static final double BIAS = 0.85;
    private static final double FLIP = 0.03;
    private static final int COLOURS = 6;
    private static final int FIRST = 2; // of the rows and columns at which the object may begin
    private static final int PLACES = 3;

    private static final float[][] PAINTS = {
        {0.93f, 0.35f, 0.22f},
        {0.98f, 0.62f, 0.20f},
        {0.88f, 0.22f, 0.42f},
        {0.16f, 0.36f, 0.60f},
        {0.22f, 0.56f, 0.62f},
        {0.36f, 0.44f, 0.72f}
    };

    private OracleWorlds() {}

    /// A world and the scenes that can be drawn from it.
    ///
    /// @param world to ask
    /// @param model its law
    public record Oracle(World world, PosteriorModel model) implements AutoCloseable {
        /// Everything that there is to know of a scene.
        ///
        /// @param seed which scene
        public Canvas scene(long seed) {
            return model.draw(Noise.of(seed, 0));
        }

        @Override
        public void close() {
            world.close();
        }
    }

    /// The names of the worlds, as commands call them.
    public static List<String> names() {
        return List.of("moving-object", "stack", "two-planes");
    }

    /// The world of a name.
    ///
    /// @throws IllegalArgumentException if there is none, listing those that there are
    public static Oracle named(String name) {
        return switch (name) {
            case "moving-object" -> movingObject(3);
            case "stack" -> stack();
            case "two-planes" -> twoPlanes();
            default ->
                    throw new IllegalArgumentException(
                            "there is no world '%s'; known: %s"
                                    .formatted(name, String.join(", ", names())));
        };
    }

    /// An object that moves by up to two cells a frame on a background that stands still, begun at
    /// one of nine places: 225 states. Types `rgb`, of each frame, and `f`, from each to the next.
    ///
    /// @param frames how many; 2 is the world of the method's card
    public static Oracle movingObject(int frames) {
        Check.argument(frames >= 2, "a world of %d frames; motion needs 2 or more", frames);
        List<Scene> scenes = new ArrayList<>();
        for (int y = -REACH; y <= REACH; y++) {
            for (int x = -REACH; x <= REACH; x++) {
                add(scenes, new Shift(y, x), Shift.NONE);
            }
        }
        return new Planes("moving-object", frames, false, scenes).oracle();
    }

    /// An object at disparity 2 before a background at disparity 1, seen by a camera that moves by
    /// up to two cells up, down, left or right: what is seen moves the other way, the object twice
    /// as far. 81 states. Types `rgb`, `d` of both frames, `f` and `c` from one to the other.
    public static Oracle twoPlanes() {
        List<Scene> scenes = new ArrayList<>();
        for (int y = -REACH; y <= REACH; y++) {
            for (int x = -REACH; x <= REACH; x++) {
                if (y == 0 || x == 0) {
                    add(scenes, new Shift(-2 * y, -2 * x), new Shift(-y, -x));
                }
            }
        }
        return new Planes("two-planes", 2, true, scenes).oracle();
    }

    /// Two blocks of three by four cells, one on the other. The upper one moves by itself, or the
    /// lower one moves and takes it along, with equal probability: 450 states. Each has a palette
    /// of two colours. Types as of [#movingObject].
    public static Oracle stack() {
        List<Scene> scenes = new ArrayList<>();
        for (int motion = 0; motion < (2 * REACH + 1) * (2 * REACH + 1); motion++) {
            Shift shift =
                    new Shift(motion / (2 * REACH + 1) - REACH, motion % (2 * REACH + 1) - REACH);
            for (int i = 0; i < PLACES * PLACES; i++) {
                Shift place = new Shift(FIRST - 1 + i / PLACES, FIRST + i % PLACES);
                Body upper = new Body(place, BLOCK, shift);
                for (Shift below : List.of(Shift.NONE, shift)) {
                    Shift under = new Shift(place.y + BLOCK, place.x);
                    scenes.add(
                            new Scene(List.of(upper, new Body(under, BLOCK, below)), Shift.NONE));
                }
            }
        }
        return new Planes("stack", 2, false, scenes).oracle();
    }

    private static void add(List<Scene> scenes, Shift object, Shift background) {
        for (int i = 0; i < PLACES * PLACES; i++) {
            Shift place = new Shift(FIRST + i / PLACES, FIRST + i % PLACES);
            scenes.add(new Scene(List.of(new Body(place, OBJECT, object)), background));
        }
    }

    /// Whole cells down and to the right.
    private record Shift(int y, int x) {
        static final Shift NONE = new Shift(0, 0);

        Shift times(int n) {
            return new Shift(n * y, n * x);
        }

        Shift minus(Shift other) {
            return new Shift(y - other.y, x - other.x);
        }
    }

    /// A rectangle of one palette that moves.
    ///
    /// @param place of its first cell in frame 0
    /// @param rows of it
    /// @param motion each frame
    private record Body(Shift place, int rows, Shift motion) {
        boolean covers(int frame, int y, int x) {
            Shift within = new Shift(y, x).minus(place).minus(motion.times(frame));
            return within.y >= 0 && within.y < rows && within.x >= 0 && within.x < OBJECT;
        }
    }

    /// One state of a world.
    ///
    /// @param bodies the foremost first
    /// @param background how it moves a frame
    private record Scene(List<Body> bodies, Shift background) {
        /// Which body is seen in a cell of a frame; as many as there are for the background.
        int seen(int frame, int y, int x) {
            int body = 0;
            while (body < bodies.size() && !bodies.get(body).covers(frame, y, x)) {
                body++;
            }
            return body;
        }

        Shift motion(int body) {
            return body < bodies.size() ? bodies.get(body).motion : background;
        }

        /// The spot of what is seen in a cell of a frame, and since when without a break:
        /// background that was out of sight comes back with a new colour.
        Spot spot(int frame, int y, int x) {
            int body = seen(frame, y, x);
            Shift motion = motion(body);
            int since = frame;
            while (since > 0 && body == bodies.size()) {
                Shift before = new Shift(y, x).minus(motion.times(frame - since + 1));
                if (!inside(before) || seen(since - 1, before.y, before.x) != body) {
                    break;
                }
                since--;
            }
            return new Spot(
                    body,
                    new Shift(y, x).minus(motion.times(frame)),
                    body == bodies.size() ? since : 0);
        }

        private static boolean inside(Shift cell) {
            return cell.y >= 0 && cell.y < SIDE && cell.x >= 0 && cell.x < SIDE;
        }
    }

    /// What has a colour of its own.
    private record Spot(int body, Shift at, int since) {}

    /// A world of an object before a background.
    private static final class Planes {
        private final String name;
        private final boolean camera;
        private final List<Scene> scenes;
        private final List<Shift> shifts; // what a flow code stands for
        private final List<Shift> moves; // what a camera code stands for
        private final Layout layout;

        Planes(String name, int frames, boolean camera, List<Scene> scenes) {
            this.name = name;
            this.camera = camera;
            this.scenes = scenes;
            this.shifts =
                    scenes.stream()
                            .flatMap(
                                    scene ->
                                            Stream.concat(
                                                    Stream.of(scene.background),
                                                    scene.bodies.stream().map(Body::motion)))
                            .distinct()
                            .toList();
            this.moves =
                    scenes.stream().map(scene -> scene.background.times(-1)).distinct().toList();
            Moment[] each = new Moment[frames];
            Arrays.setAll(each, Moment.Frame::new);
            Moment[] pairs = new Moment[frames - 1];
            Arrays.setAll(pairs, t -> new Moment.Pair(t, t + 1));
            Layout types =
                    Layout.EMPTY
                            .plus(World.RGB, SIDE, SIDE, List.of(COLOURS), each)
                            .plus(World.FLOW, SIDE, SIDE, List.of(shifts.size()), pairs);
            this.layout =
                    camera
                            ? types.plus(World.CAMERA, 1, 1, List.of(moves.size()), pairs)
                                    .plus(World.DEPTH, SIDE, SIDE, List.of(PLANES), each)
                            : types;
        }

        Oracle oracle() {
            List<Address> addresses = layout.addresses();
            double[] flips = new double[addresses.size()];
            for (int i = 0; i < flips.length; i++) {
                Address at = addresses.get(i);
                boolean later = at.moment() instanceof Moment.Frame(int t) && t > 0;
                flips[i] = later && at.type().equals(World.RGB) ? FLIP : 0;
            }
            List<Hypothesis> hypotheses =
                    scenes.stream().map(scene -> hypothesis(scene, addresses)).toList();
            PosteriorModel model = new PosteriorModel(name, layout, hypotheses, flips);
            return new Oracle(new World(name, layout, books(), model), model);
        }

        private Hypothesis hypothesis(Scene scene, List<Address> addresses) {
            Map<Object, Integer> hidden = new HashMap<>();
            List<double[]> laws = new ArrayList<>();
            int[] shown = new int[addresses.size()];
            for (int i = 0; i < shown.length; i++) {
                Address at = addresses.get(i);
                Object value = value(scene, at);
                shown[i] =
                        hidden.computeIfAbsent(
                                value,
                                _ -> {
                                    laws.add(law(at.type(), value));
                                    return laws.size() - 1;
                                });
            }
            return new Hypothesis(1, shown, laws.toArray(double[][]::new));
        }

        /// What is behind a variable: a spot with a colour of its own, or what the state says.
        private Object value(Scene scene, Address at) {
            int frame =
                    switch (at.moment()) {
                        case Moment.Frame(int t) -> t;
                        case Moment.Pair(int from, int _) -> from;
                        case Moment.Always _ -> 0;
                    };
            return switch (at.type()) {
                case World.RGB -> scene.spot(frame, at.y(), at.x());
                case World.FLOW -> {
                    Shift motion = scene.motion(scene.seen(frame, at.y(), at.x()));
                    yield new Sure(at.type(), shifts.indexOf(motion));
                }
                case World.CAMERA -> new Sure(at.type(), moves.indexOf(scene.background.times(-1)));
                default -> new Sure(at.type(), scene.seen(frame, at.y(), at.x()) == 0 ? 1 : 0);
            };
        }

        private record Sure(String type, int code) {}

        private double[] law(String type, Object value) {
            if (value instanceof Sure(String _, int code)) {
                return Hypothesis.certain(code, codes(type));
            }
            int things = scenes.getFirst().bodies.size() + 1;
            int own = COLOURS / things; // colours of each palette
            double[] law = new double[COLOURS];
            for (int colour = 0; colour < COLOURS; colour++) {
                boolean belongs = colour / own == ((Spot) value).body;
                law[colour] = belongs ? BIAS / own : (1 - BIAS) / (COLOURS - own);
            }
            return law;
        }

        private int codes(String type) {
            return switch (type) {
                case World.FLOW -> shifts.size();
                case World.CAMERA -> moves.size();
                default -> PLANES;
            };
        }

        private Map<String, Book> books() {
            Map<String, Book> books = new TreeMap<>();
            books.put(World.RGB, Book.of(type(World.RGB), PAINTS));
            books.put(World.FLOW, Book.of(type(World.FLOW), vectors(shifts)));
            if (camera) {
                books.put(World.CAMERA, Book.of(type(World.CAMERA), vectors(moves)));
                float[][] disparities = {{1}, {2}};
                books.put(World.DEPTH, Book.of(type(World.DEPTH), disparities));
            }
            return books;
        }

        private TokenType type(String wanted) {
            return layout.fields().stream()
                    .map(field -> field.type())
                    .filter(type -> type.name().equals(wanted))
                    .findFirst()
                    .orElseThrow();
        }

        private static float[][] vectors(List<Shift> shifts) {
            return shifts.stream()
                    .map(shift -> new float[] {shift.x, shift.y})
                    .toArray(float[][]::new);
        }
    }
}
