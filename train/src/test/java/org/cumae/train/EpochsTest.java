package org.cumae.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class EpochsTest {
    @Test
    void everyExampleComesOnceAnEpoch() {
        Epochs epochs = new Epochs(12, 3, 5);
        for (int epoch = 0; epoch < 2; epoch++) {
            int first = 4 * epoch;
            assertThat(
                            IntStream.range(first, first + 4)
                                    .boxed()
                                    .flatMap(number -> IntStream.of(epochs.at(number)).boxed())
                                    .toList())
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 12).boxed().toList());
        }
        assertThat(epochs.at(0)).isNotEqualTo(epochs.at(4));
        assertThat(epochs.at(0))
                .as("whatever was asked for before")
                .isEqualTo(new Epochs(12, 3, 5).at(0));
    }
}
