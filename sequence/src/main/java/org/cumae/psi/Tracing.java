package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.distribution.Categorical;
import org.cumae.model.Ledger;
import org.cumae.noise.Noise;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Where points of one frame are in another: change a patch of the first, and see which patch of
/// the second answers. KL-tracing (arXiv 2507.09082), program A of PSI.
///
/// Some patches of the second frame are revealed, since otherwise nobody can know how things moved;
/// the others are asked twice, given the first frame as it is and given it with one patch changed.
/// The responses of several choices of what is revealed are added up, and the largest is where the
/// point went.
///
/// The patch in question is told last of its frame, so that all before it is fed once for many
/// points: points are halved, and halved again, each half told to the branch that traces the other,
/// so of `n` points each costs about `log n` patches instead of the frame.
///
/// @param masks how many choices of what is revealed are added up
/// @param reveal the share of the second frame's patches that is revealed
/// @param response what is added up
/// @param perturbation how a patch is changed
/// @param visibility how the peaks of the masks become one number that says whether the point is
///   visible
/// @param threshold a point whose number is below this is occluded
/// @param reach how many patches a point may go either way; nearer patches alone are asked, which
///   is most of the price where frames are large. Empty for the whole frame
/// @param seed of what is revealed, and of the perturbations
public record Tracing(
        int masks,
        double reveal,
        Response response,
        Perturbation perturbation,
        Reduction visibility,
        double threshold,
        OptionalInt reach,
        long seed) {
    private static final double SHARPNESS = 50; // of the soft arg-max, of a map whose peak is 1

    /// Five masks of a tenth, and the divergence that the paper has.
    public static final Tracing DEFAULT =
            new Tracing(
                    5,
                    0.1,
                    Response.KL,
                    Perturbation::frequent,
                    Reduction.MEAN,
                    0.2,
                    OptionalInt.empty(),
                    0);

    /// How the numbers of several masks become one.
    public enum Reduction {
        /// The largest.
        MAX,
        /// The smallest.
        MIN,
        /// The mean.
        MEAN,
        /// The middle one, or the mean of the two in the middle.
        MEDIAN;

        double of(List<Double> numbers) {
            List<Double> sorted = numbers.stream().sorted().toList();
            int last = sorted.size() - 1;
            return switch (this) {
                case MAX -> sorted.get(last);
                case MIN -> sorted.getFirst();
                case MEAN ->
                        sorted.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
                case MEDIAN -> (sorted.get(last / 2) + sorted.get((last + 1) / 2)) / 2;
            };
        }
    }

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if there is no mask, or the share is not below 1
    public Tracing {
        Check.argument(masks > 0, "%d masks are revealed; it must be 1 or more", masks);
        Check.argument(
                reveal >= 0 && reveal < 1,
                "the revealed share is %s; it must lie in [0, 1), since what is revealed answers"
                        + " nothing",
                reveal);
        Check.argument(
                reach.orElse(0) >= 0,
                "a point goes %d patches at most; the reach must be 0 or more",
                reach.orElse(0));
    }

    /// The same with another number of masks and another share that is revealed.
    public Tracing revealing(int masks, double reveal) {
        return new Tracing(
                masks, reveal, response, perturbation, visibility, threshold, reach, seed);
    }

    /// The same of points that go no farther than so many patches.
    public Tracing reaching(int patches) {
        return new Tracing(
                masks,
                reveal,
                response,
                perturbation,
                visibility,
                threshold,
                OptionalInt.of(patches),
                seed);
    }

    /// The same by another response.
    public Tracing by(Response response) {
        return new Tracing(
                masks, reveal, response, perturbation, visibility, threshold, reach, seed);
    }

    /// The same with another seed.
    public Tracing withSeed(long seed) {
        return new Tracing(
                masks, reveal, response, perturbation, visibility, threshold, reach, seed);
    }

    /// Where a point went.
    ///
    /// @param from the patch that was traced
    /// @param to the patch that answered most
    /// @param y row of the second frame's grid, between patches: the mean around the largest
    ///   response, weighted by it
    /// @param x column of it
    /// @param map the response of each patch, `[rows, columns, 1]`, added up over the masks
    /// @param evidence how large the largest responses of the masks are, in one number
    /// @param visible whether that reaches the threshold
    public record Trace(
            Address from,
            Address to,
            double y,
            double x,
            Raster map,
            double evidence,
            boolean visible) {}

    /// What a tracing found, and what it cost.
    ///
    /// @param traces of each point, in their order
    /// @param cost passes and rows
    public record Traces(List<Trace> traces, Ledger.Entry cost) {
        /// Copies the list.
        public Traces {
            traces = List.copyOf(traces);
        }
    }

    /// Traces points from frame 0 to frame 1.
    ///
    /// @param world whom to ask
    /// @param seen both frames whole, and whatever else is to be given, such as the camera
    /// @param points patches of frame 0
    public Traces trace(World world, Canvas seen, List<Address> points) {
        return trace(world, seen, points, new Moment.Frame(1), Mask.of(1, 1, (_, _) -> false));
    }

    /// Traces points to another frame.
    ///
    /// @param world whom to ask
    /// @param seen both frames whole, and what else is to be given
    /// @param points patches of one frame
    /// @param to the other frame
    /// @param hidden patches of the other frame that are never revealed: where a point is thought
    ///   to be, so that it has not been given away
    public Traces trace(
            World world, Canvas seen, List<Address> points, Moment.Frame to, Mask hidden) {
        Check.argument(!points.isEmpty(), "there is no point to trace; name one or more");
        Moment from = points.getFirst().moment();
        Check.argument(
                points.stream()
                        .allMatch(at -> at.moment().equals(from) && at.type().equals(World.RGB)),
                "points %s are not all of one frame",
                points);
        List<Element> first = world.whole(seen, World.RGB, from);
        List<List<Element>> revealed = revealed(world.whole(seen, World.RGB, to), hidden);
        Map<Address, Trace> found = new HashMap<>();
        Ledger.Entry cost =
                world.ask(
                        belief -> {
                            seen.elements().stream()
                                    .filter(each -> !each.address().type().equals(World.RGB))
                                    .forEach(belief::observe);
                            first.stream()
                                    .filter(each -> !points.contains(each.address()))
                                    .forEach(belief::observe);
                            List<Element> traced =
                                    points.stream()
                                            .distinct()
                                            .map(at -> element(seen, at))
                                            .toList();
                            Run run = new Run(world, seen, revealed, to);
                            halve(
                                    belief,
                                    traced,
                                    (all, patch) ->
                                            found.put(patch.address(), run.trace(all, patch)));
                            return belief.cost();
                        });
        return new Traces(points.stream().map(found::get).toList(), cost);
    }

    private static Element element(Canvas seen, Address at) {
        return new Element(
                at,
                seen.codes(at)
                        .orElseThrow(
                                () -> new IllegalArgumentException(at + " is outside the frame")));
    }

    private List<List<Element>> revealed(List<Element> second, Mask hidden) {
        List<Element> choice =
                second.stream()
                        .filter(each -> !hidden.has(each.address().y(), each.address().x()))
                        .toList();
        int count = Math.min(choice.size(), (int) Math.round(reveal * second.size()));
        List<List<Element>> masks = new ArrayList<>();
        for (int mask = 0; mask < masks(); mask++) {
            masks.add(
                    Order.random(choice.size(), Noise.of(seed, mask)).line().stream()
                            .limit(count)
                            .map(choice::get)
                            .toList());
        }
        return masks;
    }

    /// What is done with a belief that knows all patches but one.
    private interface Visit {
        void accept(Belief allButOne, Element patch);
    }

    private static void halve(Belief belief, List<Element> left, Visit visit) {
        if (left.size() == 1) {
            visit.accept(belief, left.getFirst());
            return;
        }
        List<Element> one = left.subList(0, left.size() / 2);
        List<Element> other = left.subList(left.size() / 2, left.size());
        try (Belief branch = belief.branch()) {
            halve(branch.observe(other), one, visit);
        }
        try (Belief branch = belief.branch()) {
            halve(branch.observe(one), other, visit);
        }
    }

    /// What all points of one call share.
    private final class Run {
        private final World world;
        private final Canvas seen;
        private final List<List<Element>> revealed; // [mask]
        private final List<List<Address>> hidden; // [mask], what is not revealed
        private final Book book;
        private final Moment to;

        Run(World world, Canvas seen, List<List<Element>> revealed, Moment to) {
            this.world = world;
            this.seen = seen;
            this.revealed = revealed;
            this.to = to;
            this.book = world.book(World.RGB);
            this.hidden =
                    revealed.stream()
                            .map(
                                    shown -> {
                                        List<Address> known =
                                                shown.stream().map(Element::address).toList();
                                        return world.cells(World.RGB, to).stream()
                                                .filter(cell -> !known.contains(cell))
                                                .toList();
                                    })
                            .toList();
        }

        Trace trace(Belief allButOne, Element patch) {
            Noise noise =
                    Noise.of(seed, -1)
                            .at(
                                    book.type().columns() * (long) patch.address().y()
                                            + patch.address().x());
            Element changed =
                    new Element(patch.address(), perturbation.of(world, seen, patch, noise.at(0)));
            List<Belief> beliefs = new ArrayList<>();
            try (Belief clean = allButOne.branch().observe(patch);
                    Belief perturbed = allButOne.branch().observe(changed)) {
                Belief.tell(List.of(clean, perturbed));
                for (List<Element> shown : revealed) {
                    beliefs.add(clean.branch().observe(shown));
                    beliefs.add(perturbed.branch().observe(shown));
                }
                List<List<Address>> asked =
                        hidden.stream().map(cells -> near(patch.address(), cells)).toList();
                List<List<Address>> questions =
                        asked.stream().flatMap(each -> List.of(each, each).stream()).toList();
                return compare(patch.address(), asked, Belief.laws(beliefs, questions), noise);
            } finally {
                beliefs.forEach(Belief::close);
            }
        }

        /// Where a point can be: all cells where none is near enough.
        private List<Address> near(Address from, List<Address> cells) {
            if (reach.isEmpty()) {
                return cells;
            }
            int far = reach.getAsInt();
            List<Address> near =
                    cells.stream()
                            .filter(
                                    cell ->
                                            Math.abs(cell.y() - from.y()) <= far
                                                    && Math.abs(cell.x() - from.x()) <= far)
                            .toList();
            return near.isEmpty() ? cells : near;
        }

        private Trace compare(
                Address from,
                List<List<Address>> asked,
                List<List<Categorical>> laws,
                Noise noise) {
            Raster map = new Raster(book.type().rows(), book.type().columns(), 1);
            List<Double> peaks = new ArrayList<>();
            for (int mask = 0; mask < masks; mask++) {
                double peak = 0;
                List<Address> cells = asked.get(mask);
                for (int i = 0; i < cells.size(); i++) {
                    double answer =
                            response.of(
                                    book,
                                    laws.get(2 * mask).get(i),
                                    laws.get(2 * mask + 1).get(i),
                                    noise.at(1 + mask).at(i));
                    map.add(cells.get(i).y(), cells.get(i).x(), 0, answer);
                    peak = Math.max(peak, answer);
                }
                peaks.add(peak);
            }
            double evidence = visibility.of(peaks);
            return located(from, map, evidence);
        }

        private Trace located(Address from, Raster map, double evidence) {
            double most = map.max();
            Cell best = map.highest();
            double total = 0;
            double y = 0;
            double x = 0;
            for (Cell cell : Mask.of(map.rows(), map.columns(), (_, _) -> true).cells()) {
                float here = map.at(cell.y(), cell.x());
                double weight = most > 0 ? Math.exp(SHARPNESS * (here / most - 1)) : 1;
                total += weight;
                y += weight * cell.y();
                x += weight * cell.x();
            }
            return new Trace(
                    from,
                    new Address(World.RGB, to, best.y(), best.x()),
                    y / total,
                    x / total,
                    map,
                    evidence,
                    evidence >= threshold);
        }
    }
}
