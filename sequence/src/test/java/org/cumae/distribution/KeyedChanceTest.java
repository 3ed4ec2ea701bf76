package org.cumae.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.exact.ChiSquare;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.Random;

class KeyedChanceTest {
    private static final int DRAWS = 200_000;
    private static final double FALSE_ALARM = 1e-6;

    /// The race as it is defined, without a shortcut.
    private static int race(Noise noise, Categorical law) {
        int winner = -1;
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < law.size(); i++) {
            double time = noise.exponential(law.id(i)) * Math.exp(-law.logWeightOf(i));
            if (law.probabilityOf(i) > 0 && time < best) {
                best = time;
                winner = law.id(i);
            }
        }
        return winner;
    }

    @Test
    void theShortcutsDoNotChangeTheWinner() {
        Random random = new Random(4);
        for (int round = 0; round < 3000; round++) {
            float[] logits = new float[1 + random.nextInt(300)];
            double spread = Math.exp(6 * random.nextDouble() - 3);
            for (int i = 0; i < logits.length; i++) {
                logits[i] =
                        random.nextInt(9) == 0
                                ? Float.NEGATIVE_INFINITY
                                : (float) (spread * random.nextGaussian());
            }
            logits[random.nextInt(logits.length)] = 1;
            Categorical law = Categorical.of(logits).tempered(0.1 + random.nextDouble());
            KeyedChance chance = KeyedChance.of(round, 1);
            assertThat(chance.draw(law, 5)).isEqualTo(race(chance.noise().at(5), law));
        }
    }

    /// 200,000 draws; false alarm 1e-6.
    @Test
    void drawsFollowTheLaw() {
        Categorical law = Categorical.ofWeights(.10, .30, .25, 0, .05, .30);
        long[] counts = new long[6];
        KeyedChance chance = KeyedChance.of(42, 0);
        for (int i = 0; i < DRAWS; i++) {
            counts[chance.draw(law, i)]++;
        }
        assertThat(counts[3]).isZero();
        double[] p = {.10, .30, .25, .05, .30};
        long[] seen = {counts[0], counts[1], counts[2], counts[4], counts[5]};
        assertThat(ChiSquare.falseAlarm(seen, p)).isGreaterThan(FALSE_ALARM);
        double[] wrong = {.11, .29, .25, .05, .30};
        assertThat(ChiSquare.falseAlarm(seen, wrong)).isLessThan(FALSE_ALARM);
    }

    /// The acceptance of drafter-invariant speculation in closed form: 0.566766 for this pair.
    @Test
    void twoLawsThatRaceOnTheSameNoiseAgreeAsOftenAsTheyShould() {
        Categorical p = Categorical.ofWeights(.10, .30, .25, .05, .30);
        Categorical q = Categorical.ofWeights(.40, .25, .15, .12, .08);
        KeyedChance chance = KeyedChance.of(9, 9);
        int agreed = 0;
        for (int i = 0; i < DRAWS; i++) {
            agreed += chance.draw(p, i) == chance.draw(q, i) ? 1 : 0;
        }
        double deviation = Math.sqrt(0.566766 * (1 - 0.566766) / DRAWS);
        assertThat((double) agreed / DRAWS).isCloseTo(0.566766, within(5 * deviation));
    }

    @Test
    void lanesAndPositionsAreIndependent() {
        Categorical coin = Categorical.ofWeights(1, 1);
        KeyedChance chance = KeyedChance.of(1, 2);
        long[] pairs = new long[4];
        for (int i = 0; i < DRAWS; i++) {
            pairs[2 * chance.draw(coin, i) + chance.lane(1).draw(coin, i)]++;
        }
        assertThat(ChiSquare.falseAlarm(pairs, new double[] {.25, .25, .25, .25}))
                .isGreaterThan(FALSE_ALARM);
        int happened = 0;
        for (int i = 0; i < DRAWS; i++) {
            happened += chance.happens(0.3, i) ? 1 : 0;
        }
        assertThat(
                        ChiSquare.falseAlarm(
                                new long[] {happened, DRAWS - happened}, new double[] {.3, .7}))
                .isGreaterThan(FALSE_ALARM);
    }
}
