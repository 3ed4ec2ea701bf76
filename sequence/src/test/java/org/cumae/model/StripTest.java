package org.cumae.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.picture.ScaleSight;
import org.cumae.picture.ScaleSight.Past;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class StripTest {
    private static final List<Integer> LARGE = List.of(1, 2, 4, 8, 16, 32);

    private static int rows(List<Integer> sides) {
        return sides.stream().mapToInt(side -> side * side).sum();
    }

    private static long pairs(List<Strip> strips) {
        return strips.stream().mapToLong(Strip::pairs).sum();
    }

    /// Every row stands in one strip, and sees nothing beside that strip's columns.
    @Test
    void stripsHoldAllThatIsSeen() {
        for (ScaleSight sight :
                List.of(
                        ScaleSight.of(Past.ALL),
                        ScaleSight.of(Past.LAST),
                        ScaleSight.of(Past.NONE),
                        new ScaleSight(Past.NONE, 7, 8),
                        new ScaleSight(Past.ALL, 5, 4))) {
            List<Integer> sides = List.of(1, 2, 4, 8, 16);
            int rows = rows(sides);
            boolean[] seen = sight.mask(sides);
            List<Strip> strips = Strip.of(rows, rows, seen);
            int next = 0;
            for (Strip strip : strips) {
                assertThat(strip.from()).isEqualTo(next);
                boolean full = true;
                for (int row = strip.from(); row < strip.to(); row++) {
                    for (int column = 0; column < rows; column++) {
                        boolean inside = column >= strip.first() && column < strip.last();
                        assertThat(inside || !seen[row * rows + column]).isTrue();
                        full &= !inside || seen[row * rows + column];
                    }
                }
                assertThat(strip.full()).isEqualTo(full);
                next = strip.to();
            }
            assertThat(next).isEqualTo(rows);
        }
    }

    /// By hand: the last two scales by themselves, and the small ones together.
    @Test
    void scalesThatDoNotSeeEachOtherAreStrips() {
        List<Strip> strips =
                Strip.of(rows(LARGE), rows(LARGE), ScaleSight.of(Past.NONE).mask(LARGE));
        assertThat(strips)
                .containsExactly(
                        new Strip(0, 85, 0, 85, false),
                        new Strip(85, 341, 85, 341, true),
                        new Strip(341, 1365, 341, 1365, true));
    }

    /// A window of 7 over 1,024 places: 50,176 pairs see each other, and lines of 32 that see seven
    /// lines need 229,376.
    @Test
    void aWindowIsBandsOfLines() {
        boolean[] seen = new ScaleSight(Past.NONE, 7, 0).mask(List.of(32));
        List<Strip> strips = Strip.of(1024, 1024, seen);
        assertThat(pairs(strips)).isLessThan(300_000).isGreaterThanOrEqualTo(229_376);
        assertThat(strips).allMatch(strip -> !strip.full());
    }

    @Test
    void aSmallMaskIsOneStrip() {
        List<Integer> digits = List.of(1, 2, 4, 7);
        boolean[] seen = ScaleSight.of(Past.NONE).mask(digits);
        assertThat(Strip.of(70, 70, seen)).containsExactly(Strip.whole(70, 70, seen));
        boolean[] causal = new boolean[49 * 49];
        IntStream.range(0, causal.length).forEach(i -> causal[i] = i % 49 <= i / 49);
        assertThat(Strip.of(49, 49, causal)).containsExactly(new Strip(0, 49, 0, 49, false));
    }
}
