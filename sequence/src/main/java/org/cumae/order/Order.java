package org.cumae.order;

import org.cumae.Check;
import org.cumae.model.Visibility;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// In which order variables `[0, size)` are written: each has a rank, and those of one rank are
/// written together, given all of lower ranks.
///
/// Ranks are what next-scale, neighbour-ring, frequency-band, block and random-order methods share;
/// they differ in how ranks are given. One variable a rank is an ordinary sequence; all in one rank
/// is a single parallel step.
///
/// @param ranks `[size]`, of each variable; `0, 1, ..., steps - 1`, each taken at least once
public record Order(List<Integer> ranks) {
    /// Copies the ranks.
    ///
    /// @throws IllegalArgumentException if a rank is negative or left out
    public Order {
        ranks = List.copyOf(ranks);
        int steps = ranks.stream().mapToInt(rank -> rank + 1).max().orElse(0);
        long taken = ranks.stream().filter(rank -> rank >= 0).distinct().count();
        Check.argument(
                taken == steps && ranks.stream().allMatch(rank -> rank >= 0),
                "ranks are %s; they must be 0, 1, 2, ... without a gap",
                ranks);
    }

    /// One after the other, from the first to the last: left to right, row by row.
    public static Order raster(int size) {
        return by(size, i -> i);
    }

    /// All at once.
    public static Order together(int size) {
        return by(size, _ -> 0);
    }

    /// One after the other, every permutation equally likely.
    ///
    /// @param size how many variables
    /// @param noise which permutation
    public static Order random(int size, Noise noise) {
        List<Integer> line = IntStream.range(0, size).boxed().collect(Collectors.toList());
        line.sort(Comparator.comparingLong((Integer i) -> noise.bits(i)).thenComparing(i -> i));
        return given(line);
    }

    /// One after the other as listed.
    ///
    /// @param line all variables, in the order of writing
    /// @throws IllegalArgumentException if one is missing, repeated or not there
    public static Order given(List<Integer> line) {
        Integer[] ranks = new Integer[line.size()];
        for (int rank = 0; rank < ranks.length; rank++) {
            int i = line.get(rank);
            Check.argument(
                    i >= 0 && i < ranks.length && ranks[i] == null,
                    "variable %d stands at place %d; the line must hold each of [0, %d) once",
                    i,
                    rank,
                    ranks.length);
            ranks[i] = rank;
        }
        return new Order(List.of(ranks));
    }

    /// Block after block, each at once.
    ///
    /// @param size how many variables
    /// @param block how many of them in a block; the last one may be shorter
    public static Order blocks(int size, int block) {
        Check.argument(block > 0, "a block has %d variables; it must have 1 or more", block);
        return by(size, i -> i / block);
    }

    /// Ring after ring around a cell of a grid, by the number of steps along rows and columns: the
    /// neighbours of what is known come next.
    ///
    /// @param rows of the grid
    /// @param columns of the grid
    /// @param y row of the first cell
    /// @param x column of the first cell
    public static Order rings(int rows, int columns, int y, int x) {
        Check.argument(
                y >= 0 && y < rows && x >= 0 && x < columns,
                "cell (%d, %d) is outside a grid of %d rows and %d columns",
                y,
                x,
                rows,
                columns);
        return by(rows * columns, i -> Math.abs(i / columns - y) + Math.abs(i % columns - x));
    }

    /// Scale after scale of a pyramid, each at once: the first `sides[0]` squared variables are the
    /// first scale, the next `sides[1]` squared the second.
    ///
    /// @param sides the side of each scale
    public static Order scales(int... sides) {
        List<Integer> ranks = new ArrayList<>();
        for (int scale = 0; scale < sides.length; scale++) {
            Check.argument(
                    sides[scale] > 0,
                    "scale %d has side %d; it must be 1 or more",
                    scale,
                    sides[scale]);
            for (int i = 0; i < sides[scale] * sides[scale]; i++) {
                ranks.add(scale);
            }
        }
        return new Order(ranks);
    }

    /// Cell after cell of a grid, row by row, the places of a cell at once.
    ///
    /// @param rows of the grid
    /// @param columns of the grid
    /// @param side of a cell, in places; cells at the edges may be smaller
    public static Order cells(int rows, int columns, int side) {
        Check.argument(side > 0, "a cell has side %d; it must be 1 or more", side);
        int across = Math.ceilDiv(columns, side);
        return by(rows * columns, i -> i / columns / side * across + i % columns / side);
    }

    /// Group after group of a line: with a random line, the steps in which masks are taken off.
    ///
    /// @param line all variables, in the order of writing
    /// @param sizes how many are written at once, step after step; together all
    /// @throws IllegalArgumentException if the sizes do not add up
    public static Order grouped(List<Integer> line, List<Integer> sizes) {
        List<Integer> ranks = new ArrayList<>();
        for (int step = 0; step < sizes.size(); step++) {
            Check.argument(
                    sizes.get(step) > 0,
                    "step %d writes %d variables; it must write 1 or more",
                    step,
                    sizes.get(step));
            for (int i = 0; i < sizes.get(step); i++) {
                ranks.add(step);
            }
        }
        Check.argument(
                ranks.size() == line.size(),
                "the steps write %d variables and there are %d",
                ranks.size(),
                line.size());
        Order single = given(line);
        return by(line.size(), i -> ranks.get(single.ranks.get(i)));
    }

    /// How many variables each step writes when a cosine says how many stay masked: few at first,
    /// many at the end.
    ///
    /// @param size how many variables
    /// @param steps how many steps, at most one for each variable
    /// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
    public static List<Integer> cosine(int size, int steps) {
        Check.argument(
                steps > 0 && steps <= size,
                "%d variables are written in %d steps; take [1, %d]",
                size,
                steps,
                size);
        List<Integer> sizes = new ArrayList<>();
        int masked = size;
        for (int step = 0; step < steps - 1; step++) {
            double share = Math.cos(Math.PI / 2 * (step + 1) / steps);
            int next = Math.clamp((int) Math.floor(size * share), 1, Math.max(masked - 1, 1));
            sizes.add(masked - next);
            masked = next;
        }
        sizes.add(masked);
        return sizes;
    }

    private static Order by(int size, IntUnaryOperator rank) {
        return new Order(IntStream.range(0, size).map(rank).boxed().toList());
    }

    /// How many variables there are.
    public int size() {
        return ranks.size();
    }

    /// How many ranks there are.
    public int steps() {
        return ranks.stream().mapToInt(rank -> rank + 1).max().orElse(0);
    }

    /// The variables of each rank, ranks ascending, within a rank ascending.
    public List<List<Integer>> groups() {
        Map<Integer, List<Integer>> groups = new TreeMap<>();
        for (int i = 0; i < size(); i++) {
            groups.computeIfAbsent(ranks.get(i), _ -> new ArrayList<>()).add(i);
        }
        return List.copyOf(groups.values());
    }

    /// All variables in the order of writing.
    public List<Integer> line() {
        return groups().stream().flatMap(List::stream).toList();
    }

    /// The first steps as they are, and then all that is left at once: a few variables written with
    /// care resolve what the rest have in common.
    ///
    /// @param steps how many ranks stay
    public Order thenTogether(int steps) {
        Check.argument(steps >= 0, "%d steps cannot be kept; give 0 or more", steps);
        return by(size(), i -> Math.min(ranks.get(i), steps));
    }

    /// One after the other, in the order of this one's [#line].
    public Order oneByOne() {
        return given(line());
    }

    /// Who may look at whom when all variables are fed as the rows of one query: those of lower
    /// ranks, and of its own.
    public Visibility.Ranks visibility() {
        return new Visibility.Ranks(ranks);
    }
}
