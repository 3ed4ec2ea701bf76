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
import org.cumae.noise.Noise;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Patches in an order by chance, few at first and many at last: each step looks at the whole grid,
/// what is known of it and what is not, and all that is not comes out of noise; those that are the
/// step's stay.
///
/// What is not known is a row of zeros at time 1, that is noise of which nothing is seen. Every row
/// sees every row; a model that has an encoder leaves rows that are not known out of its first
/// blocks, as the paper does.
///
/// @param latent whose grid
/// @param steps in how many steps
/// @param line all cells, in the order of drawing
/// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
public record FlowMasks(Latent latent, int steps, List<Integer> line) implements FlowManner {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if there are more steps than cells, or the line is not all
    ///   cells once
    public FlowMasks {
        line = List.copyOf(line);
        Check.argument(
                steps > 0 && steps <= latent.length(),
                "%d patches are drawn in %d steps; take [1, %d]",
                latent.length(),
                steps,
                latent.length());
        Check.argument(
                line.size() == latent.length()
                        && line.stream().distinct().count() == line.size()
                        && line.stream().allMatch(cell -> cell >= 0 && cell < latent.length()),
                "%d patches are drawn in the order %s; each must be there once",
                latent.length(),
                line);
    }

    /// Row by row, until an order is drawn.
    public FlowMasks(Latent latent, int steps) {
        this(latent, steps, IntStream.range(0, latent.length()).boxed().toList());
    }

    @Override
    public FlowMasks ordered(Noise noise) {
        int[] cells = IntStream.range(0, length()).toArray();
        noise.shuffle(cells);
        return new FlowMasks(latent, steps, IntStream.of(cells).boxed().toList());
    }

    @Override
    public int length() {
        return latent.length();
    }

    @Override
    public int mostRows() {
        return 1 + 2 * length();
    }

    /// How many patches are not known behind a step: a cosine of the share of steps, and fewer by
    /// one at least.
    private int left(int step) {
        int left = length();
        for (int each = 0; each <= step; each++) {
            double share = Math.cos(Math.PI / 2 * (each + 1) / steps);
            int most = Math.min(left - 1, (int) Math.floor(length() * share));
            left = each + 1 == steps ? 0 : Math.max(most, 1);
        }
        return left;
    }

    private int known(int step) {
        return step == 0 ? 0 : length() - left(step - 1);
    }

    /// The share that is known behind a step.
    @Override
    public double progress(int step) {
        return 1 - (double) left(step) / length();
    }

    @Override
    public List<Integer> drawn(int step) {
        return line.subList(known(step), length() - left(step));
    }

    /// All that is not known: the patches of the step come first.
    @Override
    public List<Integer> settled(int step) {
        return line.subList(known(step), length());
    }

    /// Behind the condition's row.
    @Override
    public OptionalInt opensBehind(int step) {
        return OptionalInt.of(step == 0 ? 0 : 1);
    }

    @Override
    public List<Query> opening(int step, int condition, List<Vector> made, float... values) {
        Query looking = looking(step, values);
        return step == 0 ? List.of(condition(condition, length()), looking) : List.of(looking);
    }

    /// Feeds a condition where it stands.
    static Query condition(int condition, int position) {
        return new Query(
                new Input.Ids(Tokens.of(condition)),
                Optional.of(Tokens.of(position)),
                Visibility.FULL,
                List.of());
    }

    /// Feeds the whole grid, known patches first, and asks what is made of all others.
    Query looking(int step, float... values) {
        int known = known(step);
        List<Vector> vectors = FlowManner.vectors(values, latent.width(), line.subList(0, known));
        Vector nothing = new Vector(new float[latent.width()]);
        vectors.addAll(Collections.nCopies(length() - known, nothing));
        List<Double> times =
                IntStream.range(0, length()).mapToObj(i -> i < known ? 0.0 : 1.0).toList();
        return new Query(
                new Input.Noised(vectors, times, List.of()),
                Optional.of(FlowManner.positions(line)),
                Visibility.FULL,
                IntStream.range(known, length()).<Want>mapToObj(Want.Hidden::new).toList());
    }

    @Override
    public Query settling(int step, Answer opened, double time, List<Vector> values) {
        return FlowManner.telling(settled(step), opened, time, values);
    }

    @Override
    public float[] values(float... picture) {
        return picture.clone();
    }

    @Override
    public float[] known(int steps, float... values) {
        float[] known = values.clone();
        int width = latent.width();
        for (int cell : line.subList(known(steps), length())) {
            Arrays.fill(known, cell * width, (cell + 1) * width, Float.NaN);
        }
        return known;
    }

    @Override
    public int lead() {
        return 1;
    }

    /// The condition's row does not see the others, since it stays while they change.
    @Override
    public Lesson lesson() {
        int rows = 1 + length();
        int[] positions = new int[rows];
        boolean[] seen = new boolean[rows * rows];
        Arrays.fill(seen, rows, seen.length, true);
        seen[0] = true;
        positions[0] = length();
        for (int row = 1; row < rows; row++) {
            positions[row] = row - 1;
        }
        return new Lesson(
                positions,
                seen,
                IntStream.range(0, length())
                        .mapToObj(cell -> List.of(new Voice(1 + cell, 0)))
                        .toList());
    }

    @Override
    public float[] rows(float... values) {
        return values.clone();
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
