package org.cumae.picture;

import org.cumae.Check;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
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

/// Scale after scale of a picture made smaller: each row sees the scale before, enlarged to the
/// whole grid and pooled to its own side, and what the model makes of it tells the values of its
/// scale, which come out of noise together. The last scale is the picture; the others are not added
/// up.
///
/// @param latent square
/// @param sides of the scales, ascending to the latent's; one alone is plain flow matching
/// @see <a href="https://arxiv.org/abs/2412.15205">Ren et al. 2024, FlowAR</a>
public record FlowScales(Latent latent, List<Integer> sides) implements FlowManner {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if the sides do not ascend to the latent's
    public FlowScales {
        sides = List.copyOf(sides);
        Check.argument(
                latent.down() == latent.across()
                        && !sides.isEmpty()
                        && sides.getLast() == latent.down(),
                "the last side of the scales is that of the grid, %d x %d; sides are %s",
                latent.down(),
                latent.across(),
                sides);
        for (int k = 1; k < sides.size(); k++) {
            Check.argument(
                    sides.get(k) > sides.get(k - 1), "sides of scales must ascend: %s", sides);
        }
    }

    @Override
    public int length() {
        return cells(sides.size());
    }

    /// How many places the first scales have.
    private int cells(int scales) {
        return sides.subList(0, scales).stream().mapToInt(side -> side * side).sum();
    }

    private int side() {
        return sides.getLast();
    }

    @Override
    public int steps() {
        return sides.size();
    }

    @Override
    public int mostRows() {
        return length() + side() * side(); // and those on their way
    }

    @Override
    public List<Integer> drawn(int step) {
        return Order.scales(ints()).groups().get(step);
    }

    private int[] ints() {
        return sides.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The condition is the row of the first scale, as often as that has places.
    @Override
    public List<Query> opening(int step, int condition, List<Vector> made, float... values) {
        List<Integer> places = drawn(step);
        Input input =
                step == 0
                        ? new Input.Ids(
                                Tokens.of(places.stream().mapToInt(_ -> condition).toArray()))
                        : new Input.Vectors(
                                FlowManner.vectors(
                                        before(step, values),
                                        latent.width(),
                                        IntStream.range(0, places.size()).boxed().toList()));
        List<Want> wants = new ArrayList<>();
        for (int row = 0; row < places.size(); row++) {
            wants.add(new Want.Hidden(row));
        }
        return List.of(
                new Query(
                        input, Optional.of(FlowManner.positions(places)), Visibility.FULL, wants));
    }

    /// The scale before one, as its rows see it, `[cells * width]`.
    private float[] before(int step, float... values) {
        int width = latent.width();
        float[] small = Arrays.copyOfRange(values, cells(step - 1) * width, cells(step) * width);
        float[] large = Resize.cubic(sides.get(step - 1), side()).of(small, width);
        return Resize.pool(side(), sides.get(step)).of(large, width);
    }

    @Override
    public Query settling(int step, Answer opened, double time, List<Vector> values) {
        return FlowManner.telling(drawn(step), opened, time, values);
    }

    @Override
    public float[] values(float... picture) {
        float[] all = new float[length() * latent.width()];
        for (int k = 0; k < sides.size(); k++) {
            float[] pooled = Resize.pool(side(), sides.get(k)).of(picture, latent.width());
            System.arraycopy(pooled, 0, all, cells(k) * latent.width(), pooled.length);
        }
        return all;
    }

    @Override
    public float[] known(int steps, float... values) {
        int width = latent.width();
        float[] last = Arrays.copyOfRange(values, cells(steps - 1) * width, cells(steps) * width);
        return Resize.cubic(sides.get(steps - 1), side()).of(last, width);
    }

    @Override
    public Lesson lesson() {
        return new Lesson(
                IntStream.range(0, length()).toArray(),
                ScaleSight.of(ScaleSight.Past.ALL).mask(sides),
                IntStream.range(0, length()).mapToObj(row -> List.of(new Voice(row, 0))).toList());
    }

    @Override
    public int lead() {
        return cells(1);
    }

    @Override
    public float[] rows(float... values) {
        float[] rows = new float[(length() - lead()) * latent.width()];
        for (int k = 1; k < sides.size(); k++) {
            float[] before = before(k, values);
            System.arraycopy(before, 0, rows, (cells(k) - lead()) * latent.width(), before.length);
        }
        return rows;
    }

    @Override
    public int noised() {
        return 0;
    }

    @Override
    public Times times() {
        return Times.UNIFORM;
    }
}
