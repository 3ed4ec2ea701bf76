package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.noise.Noise;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What belongs together, because it moves together: push a patch, and see what comes along.
/// Program C of PSI.
///
/// Each poke gives the patch a motion, the corners of the frame and the camera none, and asks for
/// the motion of all else. What moves in the poke's direction scores, what moves against it loses;
/// the scores of all pokes are added, split in two (Otsu), and of what is above the part that hangs
/// together with the poked point is the segment.
///
/// @param count how many pokes, their directions equally spaced
/// @param least the smallest length of a poke, in pixels
/// @param most the largest one
/// @param steps how many motions are drawn one after the other before the rest is drawn at once; 0
///   for the expected motion, without drawing
/// @param samples how many times each poke's motion is drawn, where it is
/// @param seed of the lengths and of what is drawn
public record Segments(int count, double least, double most, int steps, int samples, long seed) {
    private static final double LIKELY = 0.5;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming what is out of range
    public Segments {
        Check.argument(count > 0, "%d pokes; one or more are needed", count);
        Check.argument(
                0 < least && least <= most,
                "pokes are %s to %s pixels long; the first must be positive and not above the second",
                least,
                most);
        Check.argument(steps >= 0, "%d steps; give 0 or more", steps);
        Check.argument(samples > 0, "%d samples; one or more are needed", samples);
    }

    /// As many pokes, as long as the world's longest motion and at least half of it, answered by
    /// what is expected.
    public static Segments of(World world, int count) {
        double reach = Poke.reach(world.book(World.FLOW));
        return new Segments(count, reach / 2, reach, 0, 1, 0);
    }

    /// What came along with a poked patch.
    ///
    /// @param mask the segment
    /// @param score `[rows, columns, 1]`, how much each cell moved along, added up over the pokes
    /// @param fields `[rows, columns, 2]` for each poke, the motion that it brought about
    /// @param pokes the pokes, as the motions that have a code
    public record Segment(Mask mask, Raster score, List<Raster> fields, List<Poke> pokes) {
        /// Copies the lists.
        public Segment {
            fields = List.copyOf(fields);
            pokes = List.copyOf(pokes);
        }
    }

    /// The segment of a patch of frame 0.
    ///
    /// @param world whom to ask; it must know motion
    /// @param seen frame 0
    /// @param point the patch
    /// @throws IllegalArgumentException if it is outside the frame
    public Segment segment(World world, Canvas seen, Cell point) {
        world.layout().field(new Address(World.RGB, Poke.FIRST, point.y(), point.x()));
        return world.ask(
                belief -> {
                    belief.observe(world.whole(seen, World.RGB, Poke.FIRST));
                    return poked(world, belief, point);
                });
    }

    private Segment poked(World world, Belief belief, Cell point) {
        Book flow = world.book(World.FLOW);
        List<Poke> pokes = pokes(world, point);
        List<Raster> fields = new ArrayList<>();
        for (int i = 0; i < pokes.size(); i++) {
            try (Belief branch = belief.branch().observe(pokes.get(i).told(world))) {
                fields.add(
                        steps == 0
                                ? Motion.of(world, branch, Poke.NEXT).expected()
                                : drawn(world, branch, i));
            }
        }
        Raster score =
                Raster.of(
                        flow.type().rows(),
                        flow.type().columns(),
                        1,
                        (y, x, _) -> {
                            double sum = 0;
                            for (int i = 0; i < fields.size(); i++) {
                                sum += fields.get(i).at(y, x, 0) * pokes.get(i).x();
                                sum += fields.get(i).at(y, x, 1) * pokes.get(i).y();
                            }
                            return sum;
                        });
        Mask mask = Mask.otsu(score).component(point.y(), point.x());
        return new Segment(mask, score, fields, pokes);
    }

    /// The motions that the directions and lengths come nearest to, of those that have a code.
    private List<Poke> pokes(World world, Cell point) {
        Noise noise = Noise.of(seed, 0);
        return IntStream.range(0, count)
                .mapToObj(
                        poke -> {
                            double angle = 2 * Math.PI * poke / count;
                            double length = least + (most - least) * noise.uniform(poke);
                            double[] vector =
                                    world.book(World.FLOW)
                                            .mean(
                                                    Poke.code(
                                                            world,
                                                            length * Math.cos(angle),
                                                            length * Math.sin(angle)));
                            return new Poke(point, vector[0], vector[1]);
                        })
                .toList();
    }

    private Raster drawn(World world, Belief belief, int lane) {
        Book book = world.book(World.FLOW);
        List<Address> open = belief.known().unknown(world.cells(World.FLOW, Poke.NEXT));
        Raster sum = new Raster(book.type().rows(), book.type().columns(), 2);
        for (int sample = 0; sample < samples; sample++) {
            Noise noise = Noise.of(seed, 1 + lane).at(sample);
            try (Belief branch = belief.branch()) {
                branch.write(
                        open,
                        Order.random(open.size(), noise).thenTogether(steps),
                        (_, _) -> Sampling.PLAIN,
                        new KeyedChance(noise));
                for (Address cell : world.cells(World.FLOW, Poke.NEXT)) {
                    double[] vector = book.mean(branch.known().codes(cell).orElseThrow());
                    sum.add(cell.y(), cell.x(), 0, vector[0] / samples);
                    sum.add(cell.y(), cell.x(), 1, vector[1] / samples);
                }
            }
        }
        return sum;
    }

    /// The objects of a frame, found without a hint: patches that more likely move than not are
    /// poked, the likeliest first, and what is a segment already is poked no more.
    ///
    /// @param world whom to ask
    /// @param seen frame 0
    /// @param most how many segments are looked for
    /// @param overlap segments that overlap an earlier one by this share or more are dropped
    public List<Segment> objects(World world, Canvas seen, int most, double overlap) {
        List<Element> given = new ArrayList<>(world.whole(seen, World.RGB, Poke.FIRST));
        given.addAll(Poke.still(world));
        Raster moves = Motion.of(world, given).probability();
        List<Cell> candidates =
                Mask.of(moves.rows(), moves.columns(), (y, x) -> moves.at(y, x) > LIKELY)
                        .cells()
                        .stream()
                        .sorted(Comparator.comparingDouble(at -> -moves.at(at.y(), at.x())))
                        .toList();
        List<Segment> found = new ArrayList<>();
        for (Cell at : candidates) {
            boolean isNew = found.stream().noneMatch(each -> each.mask().has(at.y(), at.x()));
            if (isNew && found.size() < most) {
                Segment segment = segment(world, seen, at);
                if (found.stream().allMatch(each -> each.mask().iou(segment.mask()) < overlap)) {
                    found.add(segment);
                }
            }
        }
        return found;
    }
}
