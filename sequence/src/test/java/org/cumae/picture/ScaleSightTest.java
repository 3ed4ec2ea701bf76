package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.model.Visibility;
import org.cumae.picture.ScaleSight.Past;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Tests 1 and 5 of MVAR's card.
class ScaleSightTest {
    private static final List<Integer> TEN = List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

    private static boolean sees(ScaleSight sight, List<Integer> sides, int row, int column) {
        int places = sides.stream().mapToInt(side -> side * side).sum();
        return sight.mask(sides)[row * places + column];
    }

    @Test
    void pairsAreThoseOfTheCard() {
        assertThat(ScaleSight.of(Past.ALL).pairs(TEN)).isEqualTo(286_434);
        assertThat(ScaleSight.of(Past.LAST).pairs(TEN)).isEqualTo(180_820);
        assertThat(ScaleSight.of(Past.NONE).pairs(TEN)).isEqualTo(110_468);
        assertThat(new ScaleSight(Past.NONE, 7, 13).pairs(TEN)).isEqualTo(37_196);
    }

    @Test
    void aWindowIsMovedAtTheBorder() {
        List<Integer> sides = List.of(9);
        ScaleSight sight = new ScaleSight(Past.NONE, 7, 0);
        for (int row = 0; row < 81; row++) {
            int count = 0;
            for (int column = 0; column < 81; column++) {
                count += sees(sight, sides, row, column) ? 1 : 0;
            }
            assertThat(count).isEqualTo(49);
            assertThat(sees(sight, sides, row, row)).isTrue();
        }
        assertThat(sees(sight, sides, 0, 6 * 9 + 6)).isTrue();
        assertThat(sees(sight, sides, 0, 7)).isFalse();
        assertThat(new ScaleSight(Past.NONE, 9, 0).pairs(sides)).isEqualTo(81 * 81);
        assertThat(new ScaleSight(Past.NONE, 1, 0).pairs(sides)).isEqualTo(81);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScaleSight(Past.NONE, 4, 0))
                .withMessageContaining("side 4; it must be odd");
    }

    /// Fed scale by scale, each row sees what it sees when all are fed at once.
    @Test
    void scalesFedOneByOneSeeWhatTheySeeAtOnce() {
        List<Integer> sides = List.of(1, 2, 4);
        for (ScaleSight sight :
                List.of(
                        ScaleSight.of(Past.ALL),
                        ScaleSight.of(Past.LAST),
                        ScaleSight.of(Past.NONE),
                        new ScaleSight(Past.ALL, 3, 3))) {
            int first = 0;
            for (int scale = 0; scale < 3; scale++) {
                int cells = sides.get(scale) * sides.get(scale);
                Visibility visibility = sight.visibility(sides, scale, first);
                visibility.check(cells, first);
                for (int row = 0; row < cells; row++) {
                    for (int column = 0; column < first + cells; column++) {
                        assertThat(visibility.sees(row, column, first))
                                .isEqualTo(sees(sight, sides, first + row, column));
                    }
                }
                first += cells;
            }
        }
    }
}
