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

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Code after code behind the condition, each said by the row before it, which sees all before
/// itself: a picture as a text is written, by a model of texts.
///
/// @param code whose codes
/// @param order in which they are drawn, one a step
/// @see <a href="https://arxiv.org/abs/2505.23660">Gao and Shou 2025, D-AR</a>
public record Line(PictureCode code, Order order) implements CodeManner {
    /// Checks the order.
    ///
    /// @throws IllegalArgumentException if it is of another length, or draws several codes in a
    ///   step
    public Line {
        Check.argument(
                order.size() == code.length() && order.steps() == order.size(),
                "a line of %d codes has an order of %d in %d steps; it must be as long, with a code a"
                        + " step",
                code.length(),
                order.size(),
                order.steps());
    }

    /// From the first code to the last.
    public static Line of(PictureCode code) {
        return new Line(code, Order.raster(code.length()));
    }

    @Override
    public int steps() {
        return order.steps();
    }

    @Override
    public List<Integer> drawn(int step, int... codes) {
        return order.groups().get(step);
    }

    @Override
    public boolean catchesUp() {
        return true;
    }

    /// Feeds all rows up to the step's that the context does not hold.
    @Override
    public Query query(int step, int condition, int[] codes, int cached) {
        List<Integer> line = order.line();
        int[] fed =
                IntStream.rangeClosed(cached, step)
                        .map(row -> row == 0 ? condition : codes[line.get(row - 1)])
                        .toArray();
        return new Query(
                new Input.Ids(Tokens.of(fed)),
                Optional.empty(),
                Visibility.CAUSAL,
                List.of(new Want.Law(fed.length - 1, 0, code.vocabulary())));
    }

    @Override
    public Span span(int place) {
        return Span.of(0, code.vocabulary());
    }

    @Override
    public int kept(int cached) {
        return cached;
    }

    @Override
    public int mostRows() {
        return order.size();
    }

    /// A line is a grid of one row.
    @Override
    public List<Optional<Spot>> spots() {
        List<Spot> line = Spot.grid(0, 1, order.size(), 1).toList();
        return Spot.behindCondition(order.line().stream().limit(order.size() - 1L).map(line::get));
    }

    @Override
    public Lesson lesson() {
        int rows = mostRows();
        boolean[] seen = new boolean[rows * rows];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = i % rows <= i / rows;
        }
        return new Lesson(
                IntStream.range(0, rows).toArray(),
                seen,
                order.ranks().stream().map(step -> List.of(new Voice(step, 0))).toList());
    }

    @Override
    public int[] ids(int... codes) {
        return order.line().stream().limit(order.size() - 1L).mapToInt(i -> codes[i]).toArray();
    }

    @Override
    public float[][] vectors(int... codes) {
        return new float[0][];
    }
}
