package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.psi.Book;
import org.cumae.psi.Cell;
import org.cumae.psi.Depth;
import org.cumae.psi.Mask;
import org.cumae.psi.Motion;
import org.cumae.psi.Poke;
import org.cumae.psi.Raster;
import org.cumae.psi.Segments;
import org.cumae.psi.Tracing;
import org.cumae.psi.World;

import java.util.ArrayList;
import java.util.List;

/// What a world knows of scenes without having been told, as the values of new types: how points
/// move, by tracing them; how near patches are, by moving the camera in thought; what belongs
/// together, by poking what is likeliest to move. The integration step of PSI begins with it.
///
/// @param world that has learned what the programs ask for
/// @param code what the new values are written in
/// @param tracing how points are traced
/// @param points how many points of a scene are traced
/// @param pokes how often a segment is poked
public record ReadOff(World world, SceneCode code, Tracing tracing, int points, int pokes) {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    /// Checks the numbers.
    public ReadOff {
        Check.argument(
                points > 0 && pokes > 0,
                "%d points are traced and %d pokes given; each must be 1 or more",
                points,
                pokes);
    }

    /// The values of a type in a scene.
    ///
    /// @param type `f`, `d` or `s`
    /// @param seen both frames, and how the camera moved
    /// @param number of the scene, by which points are chosen
    public List<Element> values(String type, Canvas seen, int number) {
        return switch (type) {
            case World.FLOW -> motion(seen, number);
            case World.DEPTH -> nearness(seen);
            case SceneCode.SEGMENT -> segment(seen);
            default ->
                    throw new IllegalArgumentException(
                            "type '%s' is not read off a world; %s, %s and %s are"
                                    .formatted(type, World.FLOW, World.DEPTH, SceneCode.SEGMENT));
        };
    }

    /// How some points move, of those that can be seen in both frames.
    private List<Element> motion(Canvas seen, int number) {
        List<Address> cells = world.cells(World.RGB, FIRST);
        Noise noise = Noise.of(tracing.seed(), number);
        List<Address> chosen =
                Order.random(cells.size(), noise).line().stream()
                        .limit(points)
                        .map(cells::get)
                        .toList();
        List<Element> motions = new ArrayList<>();
        for (Tracing.Trace trace :
                tracing.withSeed(noise.bits(0)).trace(world, known(seen), chosen).traces()) {
            if (trace.visible()) {
                motions.add(motion(trace));
            }
        }
        return motions;
    }

    /// What the world can be shown of a scene.
    private Canvas known(Canvas seen) {
        Canvas known = new Canvas(world.layout());
        seen.elements().stream()
                .filter(element -> world.has(element.address().type(), element.address().moment()))
                .filter(
                        element ->
                                element.address().type().equals(World.RGB)
                                        || element.address().type().equals(World.CAMERA))
                .forEach(known::observe);
        return known;
    }

    private Element motion(Tracing.Trace trace) {
        int side = code.book(World.RGB).side();
        float right = side * (trace.to().x() - trace.from().x());
        float down = side * (trace.to().y() - trace.from().y());
        return new Element(
                new Address(World.FLOW, NEXT, trace.from().y(), trace.from().x()),
                code.book(World.FLOW).codes(new float[] {right, down}));
    }

    /// How near each patch is, the nearest 1.
    private List<Element> nearness(Canvas seen) {
        Raster depth = Depth.of(world, known(seen), Depth.moves(world));
        Raster near = Raster.of(depth.rows(), depth.columns(), 1, (y, x, _) -> 1 / depth.at(y, x));
        float most = Math.max(near.max(), Float.MIN_NORMAL);
        Raster scaled =
                Raster.of(near.rows(), near.columns(), 1, (y, x, _) -> near.at(y, x) / most);
        return code.book(World.DEPTH).read(scaled, FIRST);
    }

    /// What moves along with the patch that is likeliest to move.
    private List<Element> segment(Canvas seen) {
        Canvas known = known(seen);
        List<Element> given = new ArrayList<>(world.whole(known, World.RGB, FIRST));
        given.addAll(Poke.still(world));
        Raster moves = Motion.of(world, given).probability();
        Cell likeliest = moves.highest();
        Mask mask = Segments.of(world, pokes).segment(world, known, likeliest).mask();
        Book book = code.book(SceneCode.SEGMENT);
        return book.read(
                Raster.of(moves.rows(), moves.columns(), 1, (y, x, _) -> mask.has(y, x) ? 1 : 0),
                FIRST);
    }
}
