package org.cumae.train.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;

import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

class ClipPairsTest {
    private static final int FRAMES = 20;
    private static final int GAP = 2;

    /// Frames that say of each pixel when and where it is.
    private static final List<Raster> CLIP =
            IntStream.range(0, FRAMES)
                    .mapToObj(t -> Raster.of(6, 9, 3, (y, x, c) -> c == 0 ? t : c == 1 ? y : x))
                    .toList();

    @Test
    void heldOutPairsShowOnePlaceOfTheEndSomeFramesApart() {
        ClipPairs held = new ClipPairs(List.of(CLIP), 4, GAP, ClipPairs.Part.HELD_OUT);
        for (int seed = 0; seed < 200; seed++) {
            List<Raster> pair = held.pair(seed);
            float first = pair.getFirst().at(0, 0, 0);
            assertThat(first).isGreaterThanOrEqualTo(16);
            assertThat(pair.getLast().at(0, 0, 0)).isEqualTo(first + GAP);
            assertThat(pair.getLast().at(3, 2, 1)).isEqualTo(pair.getFirst().at(0, 2, 1) + 3);
            assertThat(pair.getLast().at(3, 2, 2)).isEqualTo(pair.getFirst().at(0, 0, 2) + 2);
        }
    }

    @Test
    void learnedPairsAreNearerOrFartherMirroredAndBackwardsAndShowNothingOfTheEnd() {
        ClipPairs learned = new ClipPairs(List.of(CLIP), 4, GAP, ClipPairs.Part.LEARNED);
        Set<Float> gaps = new HashSet<>();
        DoubleSummaryStatistics steps = new DoubleSummaryStatistics(); // to the right, of a pixel
        for (int seed = 0; seed < 200; seed++) {
            List<Raster> pair = learned.pair(seed);
            float first = pair.getFirst().at(0, 0, 0);
            float last = pair.getLast().at(0, 0, 0);
            assertThat(Math.max(first, last)).isLessThan(16);
            gaps.add(last - first);
            assertThat(pair.getLast().at(2, 1, 1)).isEqualTo(pair.getFirst().at(2, 1, 1));
            assertThat(pair.getLast().at(2, 1, 2)).isEqualTo(pair.getFirst().at(2, 1, 2));
            steps.accept(pair.getFirst().at(1, 2, 2) - pair.getFirst().at(1, 1, 2));
            assertThat(learned.pair(seed)).isEqualTo(pair);
        }
        assertThat(gaps).containsExactlyInAnyOrder((float) GAP, (float) -GAP);
        assertThat(steps.getMin()).isBetween(-1.6, -1.2);
        assertThat(steps.getMax()).isBetween(1.2, 1.6);
    }

    @Test
    void videosThatAreTooSmallOrTooShortAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClipPairs(List.of(CLIP), 7, GAP, ClipPairs.Part.LEARNED))
                .withMessageContaining("9 x 6 pixels; 7 x 7 are cut out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClipPairs(List.of(CLIP), 4, 4, ClipPairs.Part.LEARNED))
                .withMessageContaining("the last 4 are held out; pairs that are 4 apart");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClipPairs(List.of(), 4, 4, ClipPairs.Part.LEARNED))
                .withMessageContaining("no video");
    }
}
