package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.decode.Filled;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.noise.Noise;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A picture in which something was moved, or that is seen from elsewhere: the motion is worked out
/// from a pose and depths, some of it is told to the world, and the world paints what follows.
/// Program F of PSI.
///
/// What the move lays open is not told: that is for the world to fill in. Patches are painted one
/// after the other, those that move most first.
///
/// @param moving how many cells that move are told
/// @param still how many cells that stay are told
/// @param sampling how colours are drawn
/// @param seed of the choice of cells, and of what is drawn
public record Edit(int moving, int still, Sampling sampling, long seed) {
    /// As the authors edit objects: 140 cells of the object, 60 of the background.
    public static final Edit OBJECT = new Edit(140, 60, Sampling.PLAIN, 0);

    /// As the authors look from elsewhere: 200 cells of the scene.
    public static final Edit VIEW = new Edit(200, 0, Sampling.PLAIN, 0);

    /// Checks the numbers.
    public Edit {
        Check.argument(
                moving >= 0 && still >= 0 && moving + still > 0,
                "%d moving and %d still cells are told; neither may be negative nor both 0",
                moving,
                still);
    }

    /// The same with another seed.
    public Edit withSeed(long seed) {
        return new Edit(moving, still, sampling, seed);
    }

    /// How a segment seems to move when its points move by a pose about their centre, and nothing
    /// else does: `[rows, columns, 2]`, (x, y) in pixels.
    ///
    /// @param segment which cells
    /// @param depth of each cell, `[rows, columns, 1]`
    /// @param pose how it moves, in the units of depth
    /// @param focal the focal length, in pixels
    /// @param patch the side of a cell, in pixels
    public static Raster motion(Mask segment, Raster depth, Pose pose, double focal, int patch) {
        double[] centre = new double[3];
        for (Cell cell : segment.cells()) {
            double[] point = point(depth, focal, patch, cell.y(), cell.x());
            for (int i = 0; i < 3; i++) {
                centre[i] += point[i] / segment.count();
            }
        }
        return projected(segment, depth, pose, centre, focal, patch);
    }

    /// How everything seems to move when the scene moves by a pose about the eye; a camera that
    /// moves by a pose sees the scene move by the opposite one.
    ///
    /// @param depth of each cell, `[rows, columns, 1]`
    /// @param pose how the scene moves
    /// @param focal the focal length, in pixels
    /// @param patch the side of a cell, in pixels
    public static Raster motion(Raster depth, Pose pose, double focal, int patch) {
        Mask all = Mask.of(depth.rows(), depth.columns(), (_, _) -> true);
        return projected(all, depth, pose, new double[3], focal, patch);
    }

    private static Raster projected(
            Mask segment, Raster depth, Pose pose, double[] centre, double focal, int patch) {
        Raster motion = new Raster(depth.rows(), depth.columns(), 2);
        for (Cell cell : segment.cells()) {
            int y = cell.y();
            int x = cell.x();
            if (Float.isFinite(depth.at(y, x))) { // what is infinitely far stays
                double[] from = point(depth, focal, patch, y, x);
                double[] to = pose.apply(from, centre);
                Check.argument(
                        to[2] > 0,
                        "the pose takes cell (%d, %d) behind the eye, to depth %s; move it less",
                        y,
                        x,
                        to[2]);
                motion.set(y, x, 0, focal * (to[0] / to[2] - from[0] / from[2]));
                motion.set(y, x, 1, focal * (to[1] / to[2] - from[1] / from[2]));
            }
        }
        return motion;
    }

    /// What is seen in the middle of a cell, in space.
    private static double[] point(Raster depth, double focal, int patch, int y, int x) {
        double z = depth.at(y, x);
        double u = (x + 0.5 - depth.columns() / 2.0) * patch;
        double v = (y + 0.5 - depth.rows() / 2.0) * patch;
        return new double[] {z * u / focal, z * v / focal, z};
    }

    /// A field of motion on a coarser grid: of each block the fastest vector, so that thin things
    /// are not averaged away.
    ///
    /// @param motion `[rows * block, columns * block, 2]`
    /// @param block the side
    /// @throws IllegalArgumentException if the sides are no multiples of it
    public static Raster reduced(Raster motion, int block) {
        Check.argument(
                block > 0 && motion.rows() % block == 0 && motion.columns() % block == 0,
                "a field of %d x %d cells has no blocks of side %d",
                motion.rows(),
                motion.columns(),
                block);
        Raster reduced = new Raster(motion.rows() / block, motion.columns() / block, 2);
        for (int i = 0; i < motion.rows() * motion.columns(); i++) {
            int y = i / motion.columns();
            int x = i % motion.columns();
            double held =
                    Math.hypot(
                            reduced.at(y / block, x / block, 0),
                            reduced.at(y / block, x / block, 1));
            if (Math.hypot(motion.at(y, x, 0), motion.at(y, x, 1)) > held) {
                reduced.set(y / block, x / block, 0, motion.at(y, x, 0));
                reduced.set(y / block, x / block, 1, motion.at(y, x, 1));
            }
        }
        return reduced;
    }

    /// Frame 1, painted after frame 0 and a motion.
    ///
    /// @param world whom to ask; it must know motion
    /// @param seen frame 0
    /// @param motion `[rows, columns, 2]` on the grid of the world's motion, in pixels
    /// @throws IllegalArgumentException if it is on another grid, or faster than any code
    public Filled paint(World world, Canvas seen, Raster motion) {
        Book book = world.book(World.FLOW);
        Check.argument(
                motion.rows() == book.type().rows() && motion.columns() == book.type().columns(),
                "the motion is of %d x %d cells; world %s has %d x %d",
                motion.rows(),
                motion.columns(),
                world.name(),
                book.type().rows(),
                book.type().columns());
        List<Element> told = told(world, motion);
        return world.ask(
                belief -> {
                    belief.observe(world.whole(seen, World.RGB, Poke.FIRST));
                    belief.observe(told);
                    List<Address> targets = world.cells(World.RGB, new Moment.Frame(1));
                    return belief.write(
                            targets,
                            fastestFirst(targets, motion, world.book(World.RGB).side()),
                            (_, _) -> sampling,
                            new KeyedChance(Noise.of(seed, 1)));
                });
    }

    private List<Element> told(World world, Raster motion) {
        Raster speed = motion.magnitude();
        List<Address> cells = world.cells(World.FLOW, Poke.NEXT);
        List<Element> told = new ArrayList<>();
        int moves = 0;
        int stays = 0;
        for (int i : Order.random(cells.size(), Noise.of(seed, 0)).line()) {
            Address cell = cells.get(i);
            boolean isStill = speed.at(cell.y(), cell.x()) < Motion.STILL;
            if (isStill ? stays++ < still : moves++ < moving) {
                double x = motion.at(cell.y(), cell.x(), 0);
                double y = motion.at(cell.y(), cell.x(), 1);
                told.add(new Element(cell, Poke.code(world, x, y)));
            }
        }
        return told;
    }

    /// The order of painting: where what moves comes to lie first, the fastest first.
    private Order fastestFirst(List<Address> targets, Raster motion, int patch) {
        Raster arriving = new Raster(motion.rows(), motion.columns(), 1);
        Raster speed = motion.magnitude();
        for (int y = 0; y < motion.rows(); y++) {
            for (int x = 0; x < motion.columns(); x++) {
                int toY = y + Math.round(motion.at(y, x, 1) / patch);
                int toX = x + Math.round(motion.at(y, x, 0) / patch);
                if (arriving.has(toY, toX)) {
                    arriving.set(toY, toX, 0, Math.max(arriving.at(toY, toX), speed.at(y, x)));
                }
            }
        }
        List<Integer> line =
                new ArrayList<>(Order.random(targets.size(), Noise.of(seed, 2)).line());
        line.sort(
                Comparator.comparingDouble(
                        (Integer i) -> -arriving.at(targets.get(i).y(), targets.get(i).x())));
        return Order.given(line);
    }
}
