package org.cumae.picture;

import org.cumae.Check;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want.Voice;
import org.cumae.noise.Noise;
import org.cumae.psi.Raster;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// A small copy of a picture first, patch by patch in an order by chance, and then the picture
/// itself in few steps, which looks not at the copy's values but at what the model's blocks made of
/// their rows when they were drawn: its pivots. So what is looked at is of one kind in training and
/// in drawing.
///
/// Places are those of the copy and then those of the picture. Rows stand on three grids, the
/// copy's, the pivots' and the picture's, and the condition behind them. Pivots see the condition
/// and each other; they stay while the picture is drawn, where the paper feeds them anew in every
/// step.
///
/// @param coarse how the copy is drawn
/// @param fine how the picture is drawn
/// @see <a href="https://arxiv.org/abs/2505.20288">Zheng et al. 2025, Hi-MAR</a>
public record FlowPivots(FlowMasks coarse, FlowMasks fine) implements FlowManner {
    /// Checks the grids.
    ///
    /// @throws IllegalArgumentException if they are not square, or have other vectors, or the
    ///   copy's is not smaller
    public FlowPivots {
        Latent small = coarse.latent();
        Latent large = fine.latent();
        Check.argument(
                small.down() == small.across()
                        && large.down() == large.across()
                        && small.equals(large.on(small.down(), small.across()))
                        && small.down() < large.down(),
                "pivots are a smaller square grid of the same vectors; grids are %d x %d and %d x %d",
                small.down(),
                small.across(),
                large.down(),
                large.across());
    }

    /// Row by row, until orders are drawn.
    ///
    /// @param latent square, of the picture
    /// @param side of the copy, in patches
    /// @param coarseSteps in how many steps the copy is drawn
    /// @param fineSteps in how many the picture
    /// @throws IllegalArgumentException if the side is not in [1, that of the latent), or there are
    ///   more steps than patches
    public static FlowPivots of(Latent latent, int side, int coarseSteps, int fineSteps) {
        return new FlowPivots(
                new FlowMasks(latent.on(side, side), coarseSteps),
                new FlowMasks(latent, fineSteps));
    }

    @Override
    public FlowPivots ordered(Noise noise) {
        return new FlowPivots(coarse.ordered(noise.at(0)), fine.ordered(noise.at(1)));
    }

    @Override
    public Latent latent() {
        return fine.latent();
    }

    @Override
    public int length() {
        return coarse.length() + fine.length();
    }

    @Override
    public int steps() {
        return coarse.steps() + fine.steps();
    }

    @Override
    public int mostRows() {
        return 1 + coarse.length() + 2 * fine.length(); // and those on their way
    }

    /// The sides of the grids on which rows stand.
    public List<Integer> sides() {
        int small = coarse.latent().down();
        return List.of(small, small, latent().down());
    }

    /// Where the first row of the picture stands, behind the copy's and the pivots'.
    public int firstFine() {
        return 2 * coarse.length();
    }

    private int conditionAt() {
        return firstFine() + fine.length();
    }

    private boolean isCoarse(int step) {
        return step < coarse.steps();
    }

    private int fineStep(int step) {
        return step - coarse.steps();
    }

    /// Of the copy, and then of the picture.
    @Override
    public double progress(int step) {
        return isCoarse(step) ? coarse.progress(step) : fine.progress(fineStep(step));
    }

    @Override
    public List<Integer> drawn(int step) {
        return isCoarse(step)
                ? coarse.drawn(step)
                : places(fine.drawn(fineStep(step)), coarse.length());
    }

    @Override
    public List<Integer> settled(int step) {
        return isCoarse(step)
                ? coarse.settled(step)
                : places(fine.settled(fineStep(step)), coarse.length());
    }

    private static List<Integer> places(List<Integer> cells, int first) {
        return cells.stream().map(cell -> first + cell).toList();
    }

    /// The copy behind the condition, the picture behind the pivots.
    @Override
    public OptionalInt opensBehind(int step) {
        return isCoarse(step) || fineStep(step) == 0
                ? OptionalInt.of(Math.min(step, 1))
                : OptionalInt.of(1 + coarse.length());
    }

    @Override
    public List<Query> opening(int step, int condition, List<Vector> made, float... values) {
        if (isCoarse(step)) {
            Query looking = coarse.looking(step, part(values, 0, coarse.length()));
            return step == 0
                    ? List.of(FlowMasks.condition(condition, conditionAt()), looking)
                    : List.of(looking);
        }
        Query looking =
                moved(fine.looking(fineStep(step), part(values, coarse.length(), length())));
        return fineStep(step) == 0 ? List.of(pivots(made), looking) : List.of(looking);
    }

    /// @param made of the copy's rows, in the order of drawing
    private Query pivots(List<Vector> made) {
        return new Query(
                new Input.Made(made.subList(0, coarse.length())),
                Optional.of(FlowManner.positions(places(coarse.line(), coarse.length()))),
                Visibility.FULL,
                List.of());
    }

    /// A query of the picture, where its rows stand.
    private Query moved(Query query) {
        int[] positions = query.positions().orElseThrow().toArray();
        return query.at(
                Tokens.of(IntStream.of(positions).map(each -> firstFine() + each).toArray()));
    }

    private float[] part(float[] values, int from, int to) {
        return Arrays.copyOfRange(values, from * latent().width(), to * latent().width());
    }

    @Override
    public Query settling(int step, Answer opened, double time, List<Vector> values) {
        return isCoarse(step)
                ? coarse.settling(step, opened, time, values)
                : moved(fine.settling(fineStep(step), opened, time, values));
    }

    /// The copy is the picture with fewer pixels, read as patches of as many.
    @Override
    public float[] values(float... picture) {
        Raster large = latent().write(picture);
        Raster small = resized(large, Resize.pool(large.rows(), coarse.latent().rows()));
        return joined(coarse.latent().read(small), picture);
    }

    private static float[] joined(float[] first, float... second) {
        float[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static Raster resized(Raster raster, Resize resize) {
        int channels = raster.channels();
        float[] numbers = new float[raster.rows() * raster.columns() * channels];
        for (int i = 0; i < numbers.length; i++) {
            int pixel = i / channels;
            numbers[i] =
                    raster.at(pixel / raster.columns(), pixel % raster.columns(), i % channels);
        }
        float[] done = resize.of(numbers, channels);
        int side = resize.weights().length;
        return Raster.of(side, side, channels, (y, x, c) -> done[(y * side + x) * channels + c]);
    }

    /// The copy enlarged, with patches not known at their mean, until those of the picture are
    /// known.
    @Override
    public float[] known(int steps, float... values) {
        float[] copy =
                zeros(
                        coarse.known(
                                Math.min(steps, coarse.steps()), part(values, 0, coarse.length())));
        Raster small = coarse.latent().write(copy);
        float[] known = latent().read(resized(small, Resize.cubic(small.rows(), latent().rows())));
        if (!isCoarse(steps - 1)) {
            float[] picture = fine.known(fineStep(steps), part(values, coarse.length(), length()));
            for (int i = 0; i < known.length; i++) {
                known[i] = Float.isNaN(picture[i]) ? known[i] : picture[i];
            }
        }
        return known;
    }

    private static float[] zeros(float... unknown) {
        float[] known = unknown.clone();
        for (int i = 0; i < known.length; i++) {
            known[i] = Float.isNaN(known[i]) ? 0 : known[i];
        }
        return known;
    }

    @Override
    public int lead() {
        return 1;
    }

    /// The picture's, behind its pivots; the copy's own is [#coarseLesson].
    @Override
    public Lesson lesson() {
        int pivots = coarse.length();
        int rows = 1 + pivots + fine.length();
        boolean[] seen = new boolean[rows * rows];
        seen[0] = true;
        for (int row = 1; row < rows; row++) {
            Arrays.fill(seen, row * rows, row * rows + (row <= pivots ? 1 + pivots : rows), true);
        }
        return new Lesson(
                positions(pivots, pivots + fine.length()),
                seen,
                IntStream.range(0, fine.length())
                        .mapToObj(cell -> List.of(new Voice(1 + pivots + cell, 0)))
                        .toList());
    }

    /// How a whole copy is fed at once.
    public Lesson coarseLesson() {
        Lesson plain = coarse.lesson();
        return new Lesson(positions(0, coarse.length()), plain.seen(), plain.voices());
    }

    /// Of the condition, and of rows that stand one behind the other.
    private int[] positions(int first, int rows) {
        return IntStream.concat(IntStream.of(conditionAt()), IntStream.range(first, first + rows))
                .toArray();
    }

    /// Those of the picture; the copy's come before them in [#values].
    @Override
    public float[] rows(float... values) {
        return part(values, coarse.length(), length());
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
