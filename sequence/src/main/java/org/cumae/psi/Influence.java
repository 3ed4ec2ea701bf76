package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Canvas;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What moves along when something else is pushed: which object rests on which. Program E of PSI.
///
/// @param weights `[object][object]`: how probably the second moves when the first is poked, meant
///   over its cells; 1 where both are the same
public record Influence(List<List<Double>> weights) {
    /// Copies the lists.
    public Influence {
        weights = weights.stream().map(List::copyOf).toList();
    }

    /// The influences among some objects of frame 0.
    ///
    /// @param world whom to ask; it must know motion
    /// @param seen frame 0
    /// @param objects their masks, none empty
    /// @param pokeX how each is pushed, to the right in pixels
    /// @param pokeY downwards
    public static Influence among(
            World world, Canvas seen, List<Mask> objects, double pokeX, double pokeY) {
        objects.forEach(
                object -> Check.argument(object.count() > 0, "the mask of an object is empty"));
        return world.ask(
                belief -> {
                    belief.observe(world.whole(seen, World.RGB, Poke.FIRST));
                    List<List<Double>> weights = new ArrayList<>();
                    for (Mask poked : objects) {
                        Cell at = middle(poked);
                        try (Belief branch = belief.branch()) {
                            branch.observe(new Poke(at, pokeX, pokeY).told(world));
                            Raster moves = Motion.of(world, branch, Poke.NEXT).probability();
                            weights.add(
                                    objects.stream()
                                            .map(
                                                    other ->
                                                            other.equals(poked)
                                                                    ? 1.0
                                                                    : mean(moves, other))
                                            .toList());
                        }
                    }
                    return new Influence(weights);
                });
    }

    /// The cell of a mask that is nearest to its centre.
    private static Cell middle(Mask mask) {
        double y = mask.cells().stream().mapToInt(Cell::y).average().orElseThrow();
        double x = mask.cells().stream().mapToInt(Cell::x).average().orElseThrow();
        return mask.cells().stream()
                .min(Comparator.comparingDouble(cell -> Math.hypot(cell.y() - y, cell.x() - x)))
                .orElseThrow();
    }

    private static double mean(Raster map, Mask mask) {
        return mask.cells().stream()
                .mapToDouble(cell -> map.at(cell.y(), cell.x()))
                .average()
                .orElseThrow();
    }

    /// How much the others move when an object is poked, in the mean; 0 where it is alone.
    public double of(int object) {
        double sum = weights.get(object).stream().mapToDouble(Double::doubleValue).sum() - 1;
        return weights.size() < 2 ? 0 : sum / (weights.size() - 1);
    }

    /// In which order to take the objects away so that the rest stays as it is: whoever moves the
    /// others least of those that are left comes first.
    public List<Integer> removal() {
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            left.add(i);
        }
        List<Integer> order = new ArrayList<>();
        while (!left.isEmpty()) {
            int least = left.getFirst();
            for (int candidate : left) {
                if (among(candidate, left) < among(least, left)) {
                    least = candidate;
                }
            }
            order.add(least);
            left.remove(Integer.valueOf(least));
        }
        return order;
    }

    private double among(int object, Collection<Integer> left) {
        return left.stream()
                .filter(other -> other != object)
                .mapToDouble(other -> weights.get(object).get(other))
                .sum();
    }
}
