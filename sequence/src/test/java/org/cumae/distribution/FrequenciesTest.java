package org.cumae.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

/// Test 7 of ELM's card.
class FrequenciesTest {
    private static int[] drawn(int count, int vocabulary, double power) {
        Noise noise = Noise.of(7, vocabulary);
        return IntStream.range(0, count)
                .map(i -> (int) (vocabulary * Math.pow(noise.uniform(i), power)))
                .toArray();
    }

    @Test
    void whatIsEvenIsAtNoDistance() {
        assertThat(Frequencies.of(64, drawn(100_000, 64, 1)).toUniform())
                .isCloseTo(0, within(1e-3));
        assertThat(Frequencies.ofPairs(16, drawn(100_000, 16, 1)).toUniform())
                .isCloseTo(0, within(3e-3));
    }

    /// Half of 4,096 kinds were not drawn yet: uncorrected, they would be 1 bit and more away.
    @Test
    void whatWasNotDrawnYetIsCorrectedFor() {
        Frequencies few = Frequencies.of(4096, drawn(4096, 4096, 1));
        double plain = 0;
        for (long count : few.counts().values()) {
            plain -= count / 4096.0 * Math.log(count / 4096.0) / Math.log(2);
        }
        assertThat(12 - plain).isGreaterThan(0.7);
        assertThat(few.toUniform()).isLessThan(0.5).isLessThan(12 - plain - 0.3);
    }

    @Test
    void oneKindIsFarthest() {
        assertThat(Frequencies.of(256, new int[500]).toUniform()).isCloseTo(8, within(1e-9));
        assertThat(Frequencies.of(4, 0, 0, 0, 1, 1, 2).entropy())
                .isCloseTo(1.4591479 + 2 / 12.0 / Math.log(2), within(1e-6));
    }

    /// Pairs are at least twice as far as single ids, and exactly where those are independent.
    @Test
    void pairsAreTwiceAsFar() {
        int[] ids = drawn(400_000, 8, 2);
        double one = Frequencies.of(8, ids).toUniform();
        assertThat(one).isGreaterThan(0.1);
        assertThat(Frequencies.ofPairs(8, ids).toUniform()).isCloseTo(2 * one, within(2e-3));
        int[] tied = IntStream.range(0, ids.length).map(i -> ids[i / 2]).toArray();
        assertThat(Frequencies.ofPairs(8, tied).toUniform()).isGreaterThan(2 * one + 0.5);
    }

    @Test
    void nothingHasNoFrequencies() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Frequencies.of(4))
                .withMessageContaining("nothing occurred");
    }
}
