package org.cumae.train.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;

import java.util.List;
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
    void pairsShowOnePlaceSomeFramesApartAndLearnedOnesNothingOfTheEnd() {
        ClipPairs learned = new ClipPairs(List.of(CLIP), 4, GAP, ClipPairs.Part.LEARNED);
        ClipPairs held = new ClipPairs(List.of(CLIP), 4, GAP, ClipPairs.Part.HELD_OUT);
        for (int seed = 0; seed < 200; seed++) {
            for (ClipPairs pairs : List.of(learned, held)) {
                List<Raster> pair = pairs.pair(seed);
                float first = pair.getFirst().at(0, 0, 0);
                assertThat(pair.getLast().at(0, 0, 0)).isEqualTo(first + GAP);
                assertThat(pair.getLast().at(3, 2, 1)).isEqualTo(pair.getFirst().at(0, 2, 1) + 3);
                assertThat(pair.getLast().at(3, 2, 2)).isEqualTo(pair.getFirst().at(0, 0, 2) + 2);
                assertThat(first < 16 && first + GAP < 16).isEqualTo(pairs == learned);
            }
            assertThat(learned.pair(seed)).isEqualTo(learned.pair(seed));
        }
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
