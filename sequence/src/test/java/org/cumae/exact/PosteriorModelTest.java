package org.cumae.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.PointerRows;
import org.cumae.distribution.Categorical;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Held against [JointModel], which enumerates the values.
class PosteriorModelTest {
    private static final Layout LAYOUT = Layout.EMPTY.plus("v", 1, 4, List.of(3), Moment.ALWAYS);
    private static final double[] FLIPS = {0, 0.1, 0.2, 0};
    private static final double[][] LAWS = {{0.5, 0.3, 0.2}, {0.1, 0.2, 0.7}, {0.2, 0.5, 0.3}};
    private static final int[][] SHOWN = {{0, 0, 1, 2}, {0, 1, 0, 0}, {0, 1, 1, 1}};
    private static final double[] WEIGHTS = {1, 2, 0.5};

    private static PosteriorModel model() {
        List<Hypothesis> hypotheses =
                List.of(
                        new Hypothesis(WEIGHTS[0], SHOWN[0], LAWS),
                        new Hypothesis(WEIGHTS[1], SHOWN[1], LAWS),
                        new Hypothesis(WEIGHTS[2], SHOWN[2], LAWS));
        return new PosteriorModel("small", LAYOUT, hypotheses, FLIPS);
    }

    private static double weight(Canvas canvas) {
        double sum = 0;
        for (int h = 0; h < 3; h++) {
            for (int hidden = 0; hidden < 27; hidden++) {
                int[] values = {hidden % 3, hidden / 3 % 3, hidden / 9};
                double product = WEIGHTS[h];
                for (int i = 0; i < 3; i++) {
                    product *= LAWS[i][values[i]];
                }
                for (int variable = 0; variable < 4; variable++) {
                    int code = canvas.codes(Address.of("v", variable)).orElseThrow().get(0);
                    product *=
                            FLIPS[variable] / 3
                                    + (code == values[SHOWN[h][variable]]
                                            ? 1 - FLIPS[variable]
                                            : 0);
                }
                sum += product;
            }
        }
        return sum;
    }

    @Test
    void allConditionalsAreThoseOfTheEnumeratedLaw() {
        JointModel joint = new JointModel(LAYOUT, PosteriorModelTest::weight);
        PosteriorModel posterior = model();
        int compared = 0;
        for (int known = 0; known < 16; known++) {
            for (int target = 0; target < 4; target++) {
                if ((known >> target & 1) == 0) {
                    PointerRows rows = new PointerRows(LAYOUT);
                    for (int i = 0; i < 4; i++) {
                        if ((known >> i & 1) == 1) {
                            rows.known(new Element(Address.of("v", i), Tokens.of(i % 3)));
                        }
                    }
                    rows.ask(Address.of("v", target), Tokens.NONE);
                    Categorical one = law(joint, rows);
                    Categorical other = law(posterior, rows);
                    assertThat(one.distance(other)).isLessThan(1e-6);
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(32);
    }

    private static Categorical law(Model model, PointerRows rows) {
        try (Context context = DirectContext.open(model)) {
            return context.ask(rows.query()).categorical();
        }
    }

    @Test
    void drawsHaveTheLaw() {
        double[] law = new double[81];
        double total = 0;
        Canvas[] all = new Canvas[81];
        for (int i = 0; i < 81; i++) {
            all[i] = new Canvas(LAYOUT);
            int rest = i;
            for (int variable = 0; variable < 4; variable++, rest /= 3) {
                all[i].observe(Address.of("v", variable), rest % 3);
            }
            law[i] = weight(all[i]);
            total += law[i];
        }
        PosteriorModel model = model();
        long[] counts = new long[81];
        for (int draw = 0; draw < 20_000; draw++) {
            Canvas drawn = model.draw(Noise.of(draw, 5));
            int index = 0;
            for (int variable = 3; variable >= 0; variable--) {
                index = 3 * index + drawn.codes(Address.of("v", variable)).orElseThrow().get(0);
            }
            counts[index]++;
        }
        for (int i = 0; i < 81; i++) {
            law[i] /= total;
        }
        assertThat(ChiSquare.falseAlarm(counts, law)).isGreaterThan(1e-4);
    }

    @Test
    void whatCannotBeIsTold() {
        double[] sure = Hypothesis.certain(0, 3);
        PosteriorModel model =
                new PosteriorModel(
                        "sure",
                        LAYOUT,
                        List.of(new Hypothesis(1, new int[4], new double[][] {sure})),
                        new double[4]);
        PointerRows rows =
                new PointerRows(LAYOUT)
                        .known(new Element(Address.of("v", 0), Tokens.of(1)))
                        .ask(Address.of("v", 1), Tokens.NONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> law(model, rows))
                .withMessageContaining("cannot happen in world sure");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hypothesis(0, new int[1], new double[][] {sure}))
                .withMessageContaining("weight 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hypothesis(1, new int[] {1}, new double[][] {sure}))
                .withMessageContaining("hidden value 1");
    }
}
