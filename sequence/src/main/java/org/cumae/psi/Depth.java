package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// How far things are, from how far they would seem to move if the camera moved: what is near moves
/// more. Program D of PSI.
///
/// For a camera that moves by `b` along the picture, what is at depth `z` moves by `f b / z`
/// pixels, `f` the focal length. So `z = b / |F|` up to the focal length, of which the median over
/// several moves is taken.
public final class Depth {
    private static final double FAR = 0.25; // pixels; what moves less has no depth to speak of

    private Depth() {}

    /// All moves of the camera that the world has a code for, but standing still.
    ///
    /// @throws IllegalArgumentException if the world knows of no camera
    public static List<Tokens> moves(World world) {
        Book camera = world.book(World.CAMERA);
        int from = camera.type().codes().getFirst().from();
        int to = camera.type().codes().getFirst().to();
        Check.argument(
                camera.type().levels() == 1,
                "camera codes of world %s have %d levels; name the moves",
                world.name(),
                camera.type().levels());
        return IntStream.range(from, to)
                .mapToObj(Tokens::of)
                .filter(codes -> length(camera.mean(codes)) > 0)
                .toList();
    }

    private static double length(double[] vector) {
        return Math.hypot(vector[0], vector[1]);
    }

    /// The depth of each cell of frame 0, `[rows, columns, 1]`, in units of the camera's moves
    /// times the focal length in pixels; infinite where nothing moved.
    ///
    /// @param world whom to ask; it must know motion and the camera
    /// @param seen frame 0
    /// @param moves of the camera, at least one, such as [#moves]
    public static Raster of(World world, Canvas seen, List<Tokens> moves) {
        Check.argument(!moves.isEmpty(), "the camera must move to see depth; name a move");
        Book camera = world.book(World.CAMERA);
        List<Raster> depths =
                world.ask(
                        belief -> {
                            belief.observe(world.whole(seen, World.RGB, Poke.FIRST));
                            List<Raster> each = new ArrayList<>();
                            for (Tokens move : moves) {
                                double base = length(camera.mean(move));
                                try (Belief branch = belief.branch()) {
                                    Address at = new Address(World.CAMERA, Poke.NEXT, 0, 0);
                                    branch.observe(new Element(at, move));
                                    each.add(
                                            depth(
                                                    Motion.of(world, branch, Poke.NEXT).expected(),
                                                    base));
                                }
                            }
                            return each;
                        });
        Raster first = depths.getFirst();
        return Raster.of(first.rows(), first.columns(), 1, (y, x, _) -> median(depths, y, x));
    }

    private static Raster depth(Raster motion, double base) {
        Raster speed = motion.magnitude();
        return Raster.of(
                speed.rows(),
                speed.columns(),
                1,
                (y, x, _) ->
                        speed.at(y, x) < FAR ? Double.POSITIVE_INFINITY : base / speed.at(y, x));
    }

    private static double median(List<Raster> all, int y, int x) {
        double[] sorted = all.stream().mapToDouble(each -> each.at(y, x)).sorted().toArray();
        double low = sorted[(sorted.length - 1) / 2];
        double high = sorted[sorted.length / 2];
        return low == high ? low : (low + high) / 2;
    }
}
