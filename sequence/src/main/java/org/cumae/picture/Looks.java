package org.cumae.picture;

import org.cumae.Check;
import org.cumae.psi.Raster;

import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/// How much rows of pictures look at each other, as shares of attention that are means over many
/// pictures: how far a head looks, and whether a scale looks at coarser ones.
///
/// @param spots where each row stands; nowhere where it holds a condition
/// @param heads of a layer
/// @param layers of each layer `[heads * rows * rows]`: by how much a row looks at another; what a
///   row looks at adds up to 1. Taken over
/// @see <a href="https://arxiv.org/abs/2410.16257">ELM, of distances</a>
/// @see <a href="https://arxiv.org/abs/2505.12742">MVAR, of scales</a>
public record Looks(List<Optional<Spot>> spots, int heads, List<float[]> layers) {
    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the sizes do not fit
    public Looks {
        spots = List.copyOf(spots);
        layers = List.copyOf(layers);
        int cells = heads * spots.size() * spots.size();
        Check.argument(
                !layers.isEmpty() && layers.stream().allMatch(layer -> layer.length == cells),
                "%d heads of %d rows have %d shares a layer, and %s are given",
                heads,
                spots.size(),
                cells,
                layers.stream().map(layer -> layer.length).toList());
    }

    /// Whom a row looks at.
    public enum Among {
        /// Rows of its own grid.
        OWN,
        /// Rows of the next coarser grid.
        LAST;

        private boolean holds(Spot looking, Spot seen) {
            return seen.scale() == looking.scale() - (this == OWN ? 0 : 1);
        }
    }

    @FunctionalInterface
    private interface Measure {
        double of(Spot looking, Spot seen);
    }

    /// What looks add up to.
    private static final class Sum {
        private double measured;
        private double weight;

        /// Adds a head's, each counting by its share; conditions are nowhere, and do not count.
        private void add(
                Looks looks,
                int layer,
                int head,
                BiPredicate<Spot, Spot> counted,
                Measure measure) {
            int rows = looks.spots.size();
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < rows; column++) {
                    Optional<Spot> looking = looks.spots.get(row);
                    Optional<Spot> seen = looks.spots.get(column);
                    if (looking.isPresent()
                            && seen.isPresent()
                            && counted.test(looking.get(), seen.get())) {
                        double share = looks.share(layer, head, row, column);
                        measured += share * measure.of(looking.get(), seen.get());
                        weight += share;
                    }
                }
            }
        }

        /// 0 where nothing was counted.
        private double mean() {
            return weight == 0 ? 0 : measured / weight;
        }
    }

    /// How much a head's row looks at another.
    private double share(int layer, int head, int row, int column) {
        int rows = spots.size();
        return layers.get(layer)[(head * rows + row) * rows + column];
    }

    /// How far a head looks, in cells of the row that looks.
    public double distance(int layer, int head) {
        Sum sum = new Sum();
        sum.add(this, layer, head, (_, _) -> true, Spot::distance);
        return sum.mean();
    }

    /// The share of a head's looks that goes further than a square around the row: of a radius of
    /// 2, further than 5 by 5 cells.
    public double beyond(int layer, int head, int radius) {
        Sum sum = new Sum();
        sum.add(this, layer, head, (_, _) -> true, further(radius));
        return sum.mean();
    }

    /// The same of all heads.
    public double beyond(int radius) {
        return of((_, _) -> true, further(radius));
    }

    /// Of the looks of all heads at their own grid, or at the next coarser one, the share that
    /// stays in a square around the place of the row that looks.
    public double within(Among among, int radius) {
        return of(among::holds, (looking, seen) -> 1 - further(radius).of(looking, seen));
    }

    /// Of the looks of all heads at other rows, the share that goes to their own grid or the next
    /// coarser one.
    public double near() {
        return of(
                (looking, seen) -> !looking.equals(seen),
                (looking, seen) ->
                        Among.OWN.holds(looking, seen) || Among.LAST.holds(looking, seen) ? 1 : 0);
    }

    private static Measure further(int radius) {
        return (looking, seen) -> looking.radius(seen) > radius ? 1 : 0;
    }

    private double of(BiPredicate<Spot, Spot> counted, Measure measure) {
        Sum sum = new Sum();
        for (int layer = 0; layer < layers.size(); layer++) {
            for (int head = 0; head < heads; head++) {
                sum.add(this, layer, head, counted, measure);
            }
        }
        return sum.mean();
    }

    /// The last grid.
    private int finest() {
        return spots.stream().flatMap(Optional::stream).mapToInt(Spot::scale).max().orElse(0);
    }

    /// How much the rows of each grid look at those of each, over all heads.
    ///
    /// @return `[looking][seen]`
    public double[][] grids() {
        int count = finest() + 1;
        double[][] grids = new double[count][count];
        for (int looking = 0; looking < count; looking++) {
            for (int seen = 0; seen < count; seen++) {
                int from = looking;
                int to = seen;
                grids[looking][seen] =
                        of((a, _) -> a.scale() == from, (_, b) -> b.scale() == to ? 1 : 0);
            }
        }
        return grids;
    }

    /// How much a head looks at each place around a row of the finest grid, that row in the middle:
    /// a mean over the rows for which there is such a place.
    ///
    /// @return one channel of `[2 down - 1, 2 across - 1]`, the largest of it 1
    public Raster around(int layer, int head) {
        int finest = finest();
        List<Integer> rows =
                IntStream.range(0, spots.size())
                        .filter(row -> spots.get(row).filter(s -> s.scale() == finest).isPresent())
                        .boxed()
                        .toList();
        int reachDown = 0;
        int reachAcross = 0;
        for (int row : rows) {
            Spot spot = spots.get(row).orElseThrow();
            reachDown = Math.max(reachDown, (int) spot.down());
            reachAcross = Math.max(reachAcross, (int) spot.across());
        }
        int down = 2 * reachDown + 1;
        int across = 2 * reachAcross + 1;
        double[] sums = new double[down * across];
        int[] counts = new int[down * across];
        for (int row : rows) {
            for (int column : rows) {
                Spot looking = spots.get(row).orElseThrow();
                Spot seen = spots.get(column).orElseThrow();
                int y = (int) Math.round(seen.down() - looking.down()) + reachDown;
                int x = (int) Math.round(seen.across() - looking.across()) + reachAcross;
                sums[y * across + x] += share(layer, head, row, column);
                counts[y * across + x]++;
            }
        }
        double[] means = new double[sums.length];
        double most = 0;
        for (int i = 0; i < sums.length; i++) {
            means[i] = counts[i] == 0 ? 0 : sums[i] / counts[i];
            most = Math.max(most, means[i]);
        }
        double largest = most == 0 ? 1 : most;
        return Raster.of(down, across, 1, (y, x, _) -> means[y * across + x] / largest);
    }
}
