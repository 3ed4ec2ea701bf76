package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.flow.Solver;
import org.cumae.flow.Velocity;
import org.cumae.flow.Width;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.noise.Noise;
import org.cumae.picture.FlowCells.Past;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// Test 7 of FlowAR's card and 9 of xAR's: with the true velocities of a normal field, what is
/// drawn has the field's law. And tests 1 and 2 of xAR's.
class DrawValuesTest {
    private static final int SIDE = 4;

    private static PatchLatent latent(int side) {
        return new PatchLatent(
                new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1), side, side);
    }

    /// Neighbours are much alike.
    private static Matrix field() {
        return Matrix.of(
                SIDE * SIDE,
                SIDE * SIDE,
                (i, j) -> Math.exp(-Math.hypot(i / SIDE - j / SIDE, i % SIDE - j % SIDE) / 2));
    }

    private static DrawValues draw(FlowManner manner, Solver solver, long number) {
        return new DrawValues(
                manner, 1, OptionalInt.of(0), Guidance.NONE, solver, 1, Noise.of(1, number));
    }

    /// How far the covariance of what is drawn is from the field's.
    ///
    /// Without noise on the way what is drawn is linear in the noise at the start, which is known
    /// by its address: as many pictures as there are numbers of it give the map, and so the
    /// covariance without any error of sampling.
    private static double error(FlowManner manner, Solver solver, boolean heeds) {
        int count = manner.length();
        double[][] noises = new double[count][count];
        double[][] pictures = new double[count][];
        try (FieldModel model = new FieldModel(manner, field(), heeds)) {
            for (int number = 0; number < count; number++) {
                Noise noise = Noise.of(1, number);
                for (int step = 0; step < manner.steps(); step++) {
                    List<Integer> places = manner.drawn(step);
                    for (int i = 0; i < places.size(); i++) {
                        noises[number][places.get(i)] = noise.at(step).at(0).gaussian(i);
                    }
                }
                try (Context context = DirectContext.open(model)) {
                    float[] values =
                            draw(manner, solver, number)
                                    .draw(context, DrawValues.Onlooker.NONE)
                                    .values();
                    float[] picture = manner.known(manner.steps(), values);
                    pictures[number] =
                            IntStream.range(0, picture.length)
                                    .mapToDouble(i -> picture[i])
                                    .toArray();
                }
            }
        }
        Matrix map = new Matrix(noises).inverse().times(new Matrix(pictures)); // [noise][cells]
        Matrix made = map.turned().times(map);
        return made.plus(1, -1, field()).size() / field().size();
    }

    @Test
    void scalesOfATrueVelocityHaveTheLawOfTheField() {
        FlowManner manner = new FlowScales(latent(SIDE), List.of(1, 2, 4));
        double fifty = error(manner, Solver.Euler.even(50), true);
        assertThat(fifty).isLessThan(0.055); // the card says 0.05; long steps narrow
        assertThat(error(manner, Solver.Euler.even(150), true)).isLessThan(fifty / 2);
        assertThat(error(manner, Solver.Euler.even(5), true)).isGreaterThan(2 * fifty);
    }

    @Test
    void squaresOfATrueVelocityHaveTheLawOfTheField() {
        FlowManner manner = new FlowCells(latent(SIDE), 2, Past.NOISY);
        double fifty = error(manner, Solver.Euler.even(50), true);
        assertThat(fifty).isLessThan(0.055);
        assertThat(error(manner, Solver.Euler.even(150), true)).isLessThan(fifty / 2);
        // squares that do not heed the ones before do not fit together
        assertThat(error(manner, Solver.Euler.even(50), false)).isGreaterThan(0.2);
    }

    @Test
    void squaresCoverTheGridOnce() {
        for (int side : new int[] {1, 2, 3, 5, 7}) {
            FlowCells manner = new FlowCells(latent(7), side, Past.NOISY);
            Set<Integer> places = new HashSet<>();
            int count = 0;
            for (int step = 0; step < manner.steps(); step++) {
                places.addAll(manner.drawn(step));
                count += manner.drawn(step).size();
            }
            assertThat(places).hasSize(49);
            assertThat(count).isEqualTo(49);
            assertThat(manner.steps()).isEqualTo(Math.ceilDiv(7, side) * Math.ceilDiv(7, side));
        }
        assertThat(new FlowCells(latent(7), 1, Past.NOISY).drawn(9)).containsExactly(9);
        assertThat(new FlowCells(latent(7), 7, Past.NOISY).drawn(0)).hasSize(49);
    }

    /// One square sees all of itself and its condition: plain flow matching.
    @Test
    void oneSquareSeesItselfWhole() {
        boolean[] seen = new FlowCells(latent(3), 3, Past.NOISY).lesson().seen();
        for (int row = 0; row < 10; row++) {
            for (int column = 0; column < 10; column++) {
                assertThat(seen[row * 10 + column]).isEqualTo(row > 0 || column == 0);
            }
        }
    }

    /// 64 values of four squares see their own and those before, as the card counts them; and the
    /// condition's column.
    @Test
    void pairsAreThoseOfTheCard() {
        boolean[] seen = new FlowCells(latent(16), 8, Past.NOISY).lesson().seen();
        int count = 0;
        for (int row = 1; row <= 256; row++) {
            for (int column = 1; column <= 256; column++) {
                count += seen[row * 257 + column] ? 1 : 0;
            }
        }
        assertThat(count).isEqualTo(40_960);
        boolean[] clean = new FlowCells(latent(4), 2, Past.CLEAN).lesson().seen();
        assertThat(clean).hasSize(33 * 33);
        assertThat(clean[17 * 33 + 1]).isFalse(); // a noisy row and its own clean one
        assertThat(clean[19 * 33 + 1]).isTrue(); // of the next square
        assertThat(clean[3 * 33 + 17]).isFalse(); // a clean row and a noisy one
    }

    /// Test 6 of Hi-MAR's card.
    @Test
    void masksAreFewAtFirstAndManyAtLast() {
        assertThat(counts(new FlowMasks(latent(16), 4))).containsExactly(20, 55, 84, 97);
        List<Integer> many = counts(new FlowMasks(latent(8), 32));
        assertThat(many.subList(0, 13)).containsOnly(1);
        assertThat(many.subList(13, 23)).containsExactly(2, 2, 2, 3, 2, 2, 3, 3, 2, 3);
        assertThat(many.subList(23, 32)).containsOnly(3);
        assertThat(counts(new FlowMasks(latent(4), 16))).containsOnly(1);
        FlowMasks drawn = new FlowMasks(latent(4), 3).ordered(Noise.of(1, 2));
        assertThat(drawn.line()).isNotEqualTo(new FlowMasks(latent(4), 3).line());
        assertThat(new HashSet<>(drawn.line())).hasSize(16);
    }

    private static List<Integer> counts(FlowMasks manner) {
        return IntStream.range(0, manner.steps())
                .mapToObj(step -> manner.drawn(step).size())
                .toList();
    }

    /// The scale before is seen through the whole grid; a scale that is constant is seen as it is.
    @Test
    void rowsSeeTheScaleBefore() {
        FlowScales manner = new FlowScales(latent(SIDE), List.of(1, 2, 4));
        float[] picture = new float[16];
        Arrays.fill(picture, 0.7f);
        float[] rows = manner.rows(manner.values(picture));
        assertThat(rows).hasSize(20);
        for (float row : rows) {
            assertThat(row).isCloseTo(0.7f, within(1e-6f));
        }
        for (int i = 0; i < 16; i++) {
            picture[i] = i;
        }
        assertThat(manner.known(3, manner.values(picture))).containsExactly(picture);
        assertThat(manner.values(picture)[0]).isEqualTo(7.5f);
        assertThat(new FlowScales(latent(SIDE), List.of(4)).rows(picture)).isEmpty();
    }

    /// A velocity in place of the model, guided by hand.
    ///
    /// @param wide the condition whose widths are taken
    private static Velocity guided(double weight, int wide) {
        return new Velocity() {
            @Override
            public double[] at(double time, double... values) {
                return Arrays.stream(values)
                        .map(
                                x -> {
                                    double with = ClassModel.velocity(0, (float) x);
                                    double without = ClassModel.velocity(1, (float) x);
                                    return without + weight * (with - without);
                                })
                        .toArray();
            }

            @Override
            public Wide wide(double time, double... values) {
                return new Wide(
                        at(time, values),
                        IntStream.range(0, values.length)
                                .mapToDouble(row -> ClassModel.width(wide, row))
                                .toArray());
            }
        };
    }

    /// What that velocity makes of the noise that a picture's only step has.
    private static float[] byHand(Solver solver, Noise noise, Velocity velocity) {
        Noise step = noise.at(0);
        double[] start = IntStream.range(0, 4).mapToDouble(step.at(0)::gaussian).toArray();
        double[] made = solver.solve(velocity, step.at(1), start);
        float[] narrow = new float[made.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) made[i];
        }
        return narrow;
    }

    /// Velocities are mixed, and widths are those with the class: MAR's sampling. A picture whose
    /// widths were those without it, or mixed as velocities are, is another one.
    @Test
    void guidanceMixesVelocitiesAndNoWidths() {
        FlowManner manner = new FlowScales(latent(2), List.of(2));
        Solver solver = new Solver.Ancestral(6, new Width.Learned());
        Noise noise = Noise.of(7, 7);
        try (ClassModel model = new ClassModel();
                Context context = DirectContext.open(model)) {
            DrawValues draw =
                    new DrawValues(
                            manner,
                            1,
                            OptionalInt.of(0),
                            new Guidance.Constant(3),
                            solver,
                            1,
                            noise);
            float[] drawn = draw.draw(context, DrawValues.Onlooker.NONE).values();
            assertThat(drawn).containsExactly(byHand(solver, noise, guided(3, 0)));
            assertThat(drawn).isNotEqualTo(byHand(solver, noise, guided(3, 1)));
            assertThat(drawn).isNotEqualTo(byHand(solver, noise, guided(1, 0)));
            assertThat(model.askedWidths()).hasSize(6 * 4).containsOnly(0);
        }
    }

    @Test
    void widthsAreNotAskedForWhereTheSolverTakesNone() {
        FlowManner manner = new FlowScales(latent(2), List.of(2));
        for (Solver solver :
                List.of(
                        Solver.Euler.even(4),
                        new Solver.Wandering(4),
                        new Solver.Ancestral(4, new Width.Chosen(1)))) {
            try (ClassModel model = new ClassModel();
                    Context context = DirectContext.open(model)) {
                draw(manner, solver, 1).draw(context, DrawValues.Onlooker.NONE);
                assertThat(model.askedWidths()).isEmpty();
            }
        }
    }

    @Test
    void widthsThatWereNotLearnedAreRefusedBeforeAPass() {
        FlowManner manner = new FlowScales(latent(SIDE), List.of(1, 2, 4));
        DrawValues draw = draw(manner, new Solver.Ancestral(5, new Width.Learned()), 1);
        try (FieldModel model = new FieldModel(manner, field(), true);
                Context context = DirectContext.open(model)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> draw.draw(context, DrawValues.Onlooker.NONE))
                    .withMessageContaining("model field has learned, and it learned no widths")
                    .withMessageContaining("model.variance: learned");
            assertThat(context.ledger().forwards()).isZero();
        }
    }

    @Test
    void anOnlookerMayEnd() {
        FlowManner manner = new FlowCells(latent(SIDE), 2, Past.NOISY);
        try (FieldModel model = new FieldModel(manner, field(), true);
                Context context = DirectContext.open(model)) {
            DrawValues.Drawn drawn =
                    draw(manner, Solver.Euler.even(4), 1).draw(context, (step, _) -> step < 1);
            assertThat(drawn.steps()).isEqualTo(2);
            assertThat(drawn.ledger().forwards()).isEqualTo(2 * 5);
            float[] known = manner.known(drawn.steps(), drawn.values());
            assertThat(known[0]).isNotNaN();
            assertThat(known[8]).isNaN();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new DrawValues(
                                        manner,
                                        1,
                                        OptionalInt.empty(),
                                        new Guidance.Linear(1),
                                        Solver.Euler.even(4),
                                        1,
                                        Noise.of(1, 1)))
                .withMessageContaining("give a class");
    }
}
