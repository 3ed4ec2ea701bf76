package org.cumae.reproduce.world;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.distribution.Categorical;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.psi.Box;
import org.cumae.psi.Cell;
import org.cumae.psi.Depth;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.cumae.psi.Segments;
import org.cumae.psi.Tracing;
import org.cumae.psi.World;
import org.cumae.train.world.SceneCode;
import org.cumae.train.world.SpriteScenes.Scene;
import org.cumae.unit.classical.Classical;
import org.cumae.unit.classical.Classical.Farneback;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Holds what a world says of scenes against the truth about them.
///
/// Truth is told in pixels; it is compared patch by patch, of each patch what its middle does.
///
/// @param world to be judged
/// @param code what it codes scenes as
/// @param scenes that it has not learned from
record SceneJudge(World world, SceneCode code, List<Scene> scenes) {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    /// Where a patch of frame 0 went that can be seen in frame 1 as well.
    ///
    /// @param y row of the patch
    /// @param x column
    /// @param right pixels
    /// @param down pixels
    private record Point(int y, int x, float right, float down) {
        boolean moves() {
            return right != 0 || down != 0;
        }
    }

    /// The surprise of the first code of a patch of frame 1, in nats, given frame 0, the camera, a
    /// share of frame 1, told row by row, and the true motion of a share of the patches.
    double surprise(double revealed, double motions) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < scenes.size(); i++) {
            Canvas seen = code.seen(scenes.get(i));
            Noise noise = Noise.of(i, 7);
            List<Element> second = shuffled(world.whole(seen, World.RGB, SECOND), noise.at(0));
            int shown = (int) Math.round(revealed * second.size());
            List<Element> told = new ArrayList<>(world.whole(seen, World.RGB, FIRST));
            told.addAll(world.elements(seen, World.CAMERA, NEXT));
            told.addAll(motion(scenes.get(i), motions, noise.at(1)));
            told.addAll(
                    second.subList(0, shown).stream()
                            .sorted(
                                    Comparator.comparingInt(
                                            each ->
                                                    each.address().y() * grid()
                                                            + each.address().x()))
                            .toList());
            List<Element> asked = second.subList(shown, second.size());
            List<Categorical> laws =
                    world.ask(
                            belief ->
                                    belief.observe(told)
                                            .laws(asked.stream().map(Element::address).toList()));
            for (int j = 0; j < asked.size(); j++) {
                sum -= laws.get(j).logProbability(asked.get(j).codes().get(0));
                count++;
            }
        }
        return sum / count;
    }

    private static <T> List<T> shuffled(List<T> all, Noise noise) {
        return Order.random(all.size(), noise).line().stream().map(all::get).toList();
    }

    /// The true motion of a share of the patches.
    private List<Element> motion(Scene scene, double share, Noise noise) {
        if (share == 0) {
            return List.of();
        }
        List<Element> all = shuffled(code.truth(World.FLOW, scene), noise);
        return all.subList(0, (int) Math.round(share * all.size()));
    }

    private int grid() {
        return world.book(World.RGB).type().rows();
    }

    private int side() {
        return world.book(World.RGB).side();
    }

    /// Some patches of frame 0 that can be seen in frame 1, at most so many that move and so many
    /// that do not.
    private List<Point> points(Scene scene, int most, Noise noise) {
        Raster motion = code.middles(scene.motion());
        List<Point> moving = new ArrayList<>();
        List<Point> still = new ArrayList<>();
        for (Cell cell : shuffled(Mask.of(grid(), grid(), (_, _) -> true).cells(), noise)) {
            Point point =
                    new Point(
                            cell.y(),
                            cell.x(),
                            motion.at(cell.y(), cell.x(), 0),
                            motion.at(cell.y(), cell.x(), 1));
            List<Point> of = point.moves() ? moving : still;
            if (of.size() < most && isSeen(scene, point)) {
                of.add(point);
            }
        }
        moving.addAll(still);
        return moving;
    }

    private boolean isSeen(Scene scene, Point point) {
        int down = point.y * side() + Math.round(point.down);
        int right = point.x * side() + Math.round(point.right);
        Raster first = scene.frames().get(0);
        Raster second = scene.frames().get(1);
        for (int y = 0; y < side(); y++) {
            for (int x = 0; x < side(); x++) {
                if (!second.has(down + y, right + x)
                        || !Arrays.equals(
                                first.cell(point.y * side() + y, point.x * side() + x),
                                second.cell(down + y, right + x))) {
                    return false;
                }
            }
        }
        return true;
    }

    /// How well points are followed.
    ///
    /// @param moving mean distance from the truth of points that move, in pixels
    /// @param still of points that do not
    /// @param right the share of points that move and are followed to the right patch
    record Flow(double moving, double still, double right) {}

    /// Sums for a [Flow].
    private static final class Distances {
        private final double[] sums = new double[2];
        private final int[] counts = new int[2];
        private int right;

        void add(Point point, double toRight, double down, double near) {
            int which = point.moves() ? 1 : 0;
            double distance = Math.hypot(toRight - point.right, down - point.down);
            sums[which] += distance;
            counts[which]++;
            right += point.moves() && distance <= near ? 1 : 0;
        }

        Flow flow() {
            return new Flow(sums[1] / counts[1], sums[0] / counts[0], (double) right / counts[1]);
        }
    }

    /// Points followed by tracing.
    ///
    /// @param points how many that move, and how many that do not, in each scene at most
    Flow traced(Tracing tracing, int points) {
        Distances distances = new Distances();
        for (int i = 0; i < scenes.size(); i++) {
            List<Point> chosen = points(scenes.get(i), points, Noise.of(i, 8));
            if (chosen.isEmpty()) {
                continue;
            }
            List<Address> from =
                    chosen.stream()
                            .map(point -> new Address(World.RGB, FIRST, point.y, point.x))
                            .toList();
            List<Tracing.Trace> traces =
                    tracing.withSeed(i).trace(world, code.seen(scenes.get(i)), from).traces();
            for (int j = 0; j < chosen.size(); j++) {
                Point point = chosen.get(j);
                Address to = traces.get(j).to();
                distances.add(point, side() * (to.x() - point.x), side() * (to.y() - point.y), 0.5);
            }
        }
        return distances.flow();
    }

    /// The same points, followed by Farnebäck's flow between the frames as they are.
    Flow farneback(Farneback settings, int points) {
        Distances distances = new Distances();
        for (int i = 0; i < scenes.size(); i++) {
            Scene scene = scenes.get(i);
            Raster flow =
                    code.middles(
                            Classical.farneback(
                                    scene.frames().get(0), scene.frames().get(1), settings));
            for (Point point : points(scene, points, Noise.of(i, 8))) {
                distances.add(
                        point,
                        flow.at(point.y, point.x, 0),
                        flow.at(point.y, point.x, 1),
                        side() / 2.0);
            }
        }
        return distances.flow();
    }

    /// The things of a scene in patches, those of some size, and a patch within each.
    private Map<Integer, Mask> things(Scene scene) {
        Map<Integer, Mask> things = new TreeMap<>();
        for (int i = 0; i < scene.things().size(); i++) {
            Mask whole = scene.things().get(i);
            int side = side();
            Mask mask =
                    Mask.of(
                            grid(),
                            grid(),
                            (y, x) -> whole.has(y * side + side / 2, x * side + side / 2));
            if (mask.count() >= 3) {
                things.put(i, mask);
            }
        }
        return things;
    }

    /// How a segment is found from a patch.
    private interface Finder {
        Mask find(Scene scene, Cell point);
    }

    private double overlap(Finder finder) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < scenes.size(); i++) {
            for (Mask thing : things(scenes.get(i)).values()) {
                List<Cell> cells = thing.cells();
                Cell point = cells.get((int) (Noise.of(i, 9).uniform(0) * cells.size()));
                sum += finder.find(scenes.get(i), point).iou(thing);
                count++;
            }
        }
        return sum / count;
    }

    /// The mean overlap of things with what moves along when one of their patches is poked.
    double poked(int pokes) {
        Segments segments = Segments.of(world, pokes);
        return overlap((scene, point) -> segments.segment(world, code.seen(scene), point).mask());
    }

    /// The same of what is about as bright as the patch: the difference, split in two.
    double bright() {
        return overlap(
                (scene, point) -> {
                    Raster small =
                            scene.frames()
                                    .getFirst()
                                    .resampled(Box.all(scene.frames().getFirst()), grid(), grid());
                    Raster alike =
                            Raster.of(
                                    grid(),
                                    grid(),
                                    1,
                                    (y, x, _) ->
                                            -Math.abs(
                                                    grey(small, y, x)
                                                            - grey(small, point.y(), point.x())));
                    return Mask.otsu(alike).component(point.y(), point.x());
                });
    }

    private static double grey(Raster frame, int y, int x) {
        return (frame.at(y, x, 0) + frame.at(y, x, 1) + frame.at(y, x, 2)) / 3;
    }

    /// The same of what GrabCut cuts out of a square of half the frame around the patch.
    double cut() {
        int side = side();
        int whole = side * grid();
        return overlap(
                (scene, point) -> {
                    Box box =
                            Box.all(scene.frames().getFirst())
                                    .around(
                                            0.6,
                                            (point.y() + 0.5) * side,
                                            (point.x() + 0.5) * side);
                    Mask fine = Classical.grabCut(scene.frames().getFirst(), box);
                    return Mask.of(
                                    whole / side,
                                    whole / side,
                                    (y, x) -> fine.has(y * side + side / 2, x * side + side / 2))
                            .component(point.y(), point.x());
                });
    }

    /// The rank correlation of nearness, read off thought movements of the camera, with the truth,
    /// over the patches of each scene in which something is nearer than something else.
    double depth() {
        double sum = 0;
        int count = 0;
        for (Scene scene : scenes) {
            Raster truth = code.middles(scene.disparity());
            if (truth.max() > truth.min()) {
                Canvas seen = code.seen(scene);
                Raster depth = Depth.of(world, seen, Depth.moves(world));
                sum += ranked(truth, depth);
                count++;
            }
        }
        return sum / count;
    }

    /// Spearman's correlation of disparity and the inverse of depth.
    private static double ranked(Raster disparity, Raster depth) {
        int columns = disparity.columns();
        int count = disparity.rows() * columns;
        double[] one = new double[count];
        double[] other = new double[count];
        for (int i = 0; i < count; i++) {
            one[i] = disparity.at(i / columns, i % columns);
            other[i] = 1 / depth.at(i / columns, i % columns);
        }
        return correlation(ranks(one), ranks(other));
    }

    /// Ranks; equal numbers have their mean.
    private static double[] ranks(double... numbers) {
        List<Integer> order =
                IntStream.range(0, numbers.length)
                        .boxed()
                        .sorted((a, b) -> Double.compare(numbers[a], numbers[b]))
                        .toList();
        double[] ranks = new double[numbers.length];
        for (int from = 0; from < order.size(); ) {
            int to = from;
            while (to < order.size() && numbers[order.get(to)] == numbers[order.get(from)]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order.get(i)] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    private static double correlation(double[] one, double[] other) {
        double meanOne = Arrays.stream(one).average().orElse(0);
        double meanOther = Arrays.stream(other).average().orElse(0);
        double both = 0;
        double squareOne = 0;
        double squareOther = 0;
        for (int i = 0; i < one.length; i++) {
            both += (one[i] - meanOne) * (other[i] - meanOther);
            squareOne += (one[i] - meanOne) * (one[i] - meanOne);
            squareOther += (other[i] - meanOther) * (other[i] - meanOther);
        }
        return squareOther == 0 ? 0 : both / Math.sqrt(squareOne * squareOther);
    }
}
