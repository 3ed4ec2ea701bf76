package org.cumae.picture;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where a row of a picture stands in it.
///
/// @param scale on which grid, from 0
/// @param down where its middle is, in cells of the finest grid
/// @param across same
/// @param cell how large a cell of its own grid is, in the same unit
public record Spot(int scale, double down, double across, double cell) {
    /// The cells of a grid, row by row.
    ///
    /// @param scale which
    /// @param cell how large each is, in cells of the finest grid
    static Stream<Spot> grid(int scale, int down, int across, double cell) {
        return IntStream.range(0, down)
                .boxed()
                .flatMap(
                        y ->
                                IntStream.range(0, across)
                                        .mapToObj(
                                                x ->
                                                        new Spot(
                                                                scale,
                                                                (y + 0.5) * cell,
                                                                (x + 0.5) * cell,
                                                                cell)));
    }

    /// Rows that stand somewhere, behind one that holds a condition.
    static List<Optional<Spot>> behindCondition(Stream<Spot> spots) {
        return Stream.concat(Stream.of(Optional.<Spot>empty()), spots.map(Optional::of)).toList();
    }

    /// How far another spot is, as the bird flies, in cells of this one's grid.
    public double distance(Spot other) {
        return Math.hypot(other.down - down, other.across - across) / cell;
    }

    /// In how wide a square around this spot another one is, in cells of the other's grid: 0 is the
    /// cell that holds it.
    public int radius(Spot other) {
        double away = Math.max(Math.abs(other.down - down), Math.abs(other.across - across));
        return (int) Math.ceil(away / other.cell - 0.5 - 1e-9);
    }
}
