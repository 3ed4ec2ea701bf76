package org.cumae.picture;

import org.cumae.Check;
import org.cumae.canvas.Span;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.model.Want.Voice;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Cell after cell of a grid, or group after group: what is known of its neighbours says what a
/// cell is.
///
/// A cell's row sees the condition and all cells up to its own group. What a cell is to be is said
/// by rows of the group before its own, each through the head that looks in that direction, and
/// where several say it their logits are averaged. The codes of one cell are drawn in one step,
/// each by its own law.
///
/// @param code of a grid
/// @param order in which groups cells are drawn
/// @param sources for each cell which cells say it, and through which head; [#CONDITION] for the
///   condition's row
public record Cells(GridCode code, Order order, List<List<Voice>> sources) implements CodeManner {
    /// The row of the condition, as a source.
    public static final int CONDITION = -1;

    /// Which neighbours say what a cell of a ring is.
    public enum Mixture {
        /// The one on the left through the first head, the one above through the second: NAR.
        BOTH,
        /// The same through one head.
        SHARED,
        /// The one on the left where there is one.
        LEFT,
        /// The one above where there is one.
        ABOVE
    }

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if a cell has no source, or one outside the group before it
    public Cells {
        sources = sources.stream().map(List::copyOf).toList();
        Check.argument(
                order.size() == code.down() * code.across() && sources.size() == order.size(),
                "%d x %d cells have an order of %d and sources for %d",
                code.down(),
                code.across(),
                order.size(),
                sources.size());
        for (int cell = 0; cell < sources.size(); cell++) {
            Check.argument(!sources.get(cell).isEmpty(), "cell %d has no source", cell);
            for (Voice source : sources.get(cell)) {
                int rank = source.row() == CONDITION ? -1 : order.ranks().get(source.row());
                Check.argument(
                        rank == order.ranks().get(cell) - 1,
                        "cell %d of step %d is said by cell %d of step %d; it must be of the step"
                                + " before",
                        cell,
                        order.ranks().get(cell),
                        source.row(),
                        rank);
            }
        }
    }

    /// Row by row, each cell said by the one before it: LlamaGen.
    ///
    /// @see <a href="https://arxiv.org/abs/2406.06525">Sun et al. 2024</a>
    public static Cells raster(GridCode code) {
        int cells = code.down() * code.across();
        return new Cells(
                code,
                Order.raster(cells),
                IntStream.range(0, cells)
                        .mapToObj(cell -> List.of(new Voice(cell - 1, 0)))
                        .toList());
    }

    /// Ring after ring around the first corner: the neighbours of what is known come next.
    ///
    /// @see <a href="https://arxiv.org/abs/2503.10696">He et al. 2025, NAR</a>
    public static Cells rings(GridCode code, Mixture mixture) {
        int rows = code.down();
        int columns = code.across();
        int down = mixture == Mixture.SHARED ? 0 : 1;
        List<List<Voice>> sources = new ArrayList<>();
        for (int cell = 0; cell < rows * columns; cell++) {
            List<Voice> voices = new ArrayList<>();
            if (cell == 0) {
                voices.add(new Voice(CONDITION, 0));
                if (down > 0) {
                    voices.add(new Voice(CONDITION, down));
                }
            }
            if (cell % columns > 0 && (mixture != Mixture.ABOVE || cell < columns)) {
                voices.add(new Voice(cell - 1, 0));
            }
            if (cell >= columns && (mixture != Mixture.LEFT || cell % columns == 0)) {
                voices.add(new Voice(cell - columns, down));
            }
            sources.add(voices);
        }
        return new Cells(code, Order.rings(rows, columns, 0, 0), sources);
    }

    /// How many heads it needs.
    public int directions() {
        return 1
                + sources.stream().flatMap(List::stream).mapToInt(Voice::direction).max().orElse(0);
    }

    @Override
    public int steps() {
        return order.steps();
    }

    @Override
    public List<Integer> drawn(int step, int... codes) {
        int each = code.perCell();
        return cells(step).stream()
                .flatMap(cell -> IntStream.range(cell * each, (cell + 1) * each).boxed())
                .toList();
    }

    /// The cells that a step draws.
    private List<Integer> cells(int step) {
        return order.groups().get(step);
    }

    @Override
    public Span span(int place) {
        return code.span(place % code.perCell());
    }

    @Override
    public Query query(int step, int condition, int[] codes, int cached) {
        List<Integer> fed = step == 0 ? List.of(CONDITION) : cells(step - 1);
        int[] positions = fed.stream().mapToInt(cell -> step == 0 ? order.size() : cell).toArray();
        List<Want> wants = new ArrayList<>();
        for (int place : drawn(step)) {
            Span span = span(place);
            wants.add(
                    new Want.Blend(
                            sources.get(place / code.perCell()).stream()
                                    .map(
                                            source ->
                                                    new Voice(
                                                            fed.indexOf(source.row()),
                                                            source.direction()))
                                    .toList(),
                            span.from(),
                            span.to()));
        }
        return new Query(
                step == 0 ? new Input.Ids(Tokens.of(condition)) : input(fed, codes),
                Optional.of(Tokens.of(positions)),
                Visibility.FULL,
                wants);
    }

    private Input input(List<Integer> fed, int... codes) {
        return code.perCell() == 1
                ? new Input.Ids(Tokens.of(fed.stream().mapToInt(cell -> codes[cell]).toArray()))
                : Input.Vectors.of(
                        fed.stream().map(cell -> numbers(cell, codes)).toArray(float[][]::new));
    }

    private float[] numbers(int cell, int... codes) {
        int each = code.perCell();
        return code.numbers(Arrays.copyOfRange(codes, cell * each, (cell + 1) * each));
    }

    @Override
    public int kept(int cached) {
        return cached;
    }

    @Override
    public int mostRows() {
        return 1 + order.size();
    }

    @Override
    public List<Optional<Spot>> spots() {
        return Spot.behindCondition(Spot.grid(0, code.down(), code.across(), 1));
    }

    @Override
    public Lesson lesson() {
        int rows = mostRows();
        int[] positions = new int[rows];
        boolean[] seen = new boolean[rows * rows];
        positions[0] = order.size();
        seen[0] = true;
        for (int row = 1; row < rows; row++) {
            positions[row] = row - 1;
            seen[row * rows] = true;
            for (int column = 1; column < rows; column++) {
                seen[row * rows + column] =
                        order.ranks().get(column - 1) <= order.ranks().get(row - 1);
            }
        }
        return new Lesson(
                positions,
                seen,
                IntStream.range(0, code.length())
                        .mapToObj(
                                place ->
                                        sources.get(place / code.perCell()).stream()
                                                .map(v -> new Voice(v.row() + 1, v.direction()))
                                                .toList())
                        .toList());
    }

    @Override
    public int[] ids(int... codes) {
        return code.perCell() == 1 ? codes.clone() : new int[0];
    }

    @Override
    public float[][] vectors(int... codes) {
        if (code.perCell() == 1) {
            return new float[0][];
        }
        return IntStream.range(0, order.size())
                .mapToObj(cell -> numbers(cell, codes))
                .toArray(float[][]::new);
    }
}
