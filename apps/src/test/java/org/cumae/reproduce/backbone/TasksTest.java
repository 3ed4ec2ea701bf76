package org.cumae.reproduce.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.psi.Raster;
import org.cumae.train.text.AskedTokens.Questions;
import org.cumae.unit.picture.PictureSet;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// The tasks that state spaces are taught: what is asked has one right answer, which stands in the
/// sequence.
class TasksTest {
    private static int[] sequence(Questions all, int number) {
        int from = number * all.length();
        return Arrays.copyOfRange(all.ids(), from, from + all.length());
    }

    @Test
    void theSymbolsAmongBlanksAreWantedInTheirOrder() {
        SelectiveCopying task = new SelectiveCopying(20, 4, 5);
        Questions all = task.questions(50, 1).at(3);
        assertThat(all.length()).isEqualTo(24);
        assertThat(all.asked()).containsExactly(20, 21, 22, 23);
        Set<Integer> begins = new HashSet<>();
        for (int i = 0; i < all.sequences(); i++) {
            int[] ids = sequence(all, i);
            int[] symbols = Arrays.stream(ids).filter(id -> id >= 2).toArray();
            assertThat(symbols).containsExactly(Arrays.copyOfRange(all.wanted(), 4 * i, 4 * i + 4));
            assertThat(Arrays.copyOfRange(ids, 20, 24)).containsOnly(1);
            assertThat(Arrays.stream(symbols).max().orElseThrow()).isLessThan(task.vocabulary());
            begins.add(IntStream.range(0, 20).filter(row -> ids[row] >= 2).findFirst().orElse(-1));
        }
        assertThat(begins).hasSizeGreaterThan(5); // they do not always stand alike
        assertThat(task.questions(50, 1).at(3)).isEqualTo(all);
        assertThat(task.questions(50, 1).at(4)).isNotEqualTo(all);
        assertThatThrownBy(() -> new SelectiveCopying(3, 4, 5))
                .hasMessageContaining("4 symbols do not stand in 3 rows");
    }

    @Test
    void whatStoodBehindTheMarkIsWanted() {
        InductionHead task = new InductionHead(6);
        Questions all = task.questions(80, 9, 1).at(0);
        Set<Integer> places = new HashSet<>();
        for (int i = 0; i < all.sequences(); i++) {
            int[] ids = sequence(all, i);
            int[] marks = IntStream.range(0, 9).filter(row -> ids[row] == 6).toArray();
            assertThat(marks).hasSize(2).endsWith(8);
            assertThat(ids[marks[0] + 1]).isEqualTo(all.wanted()[i]).isLessThan(6);
            places.add(marks[0]);
        }
        assertThat(places).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void aSignalIsThePictureRowByRow() {
        Raster dark = Raster.of(2, 4, 1, (_, x, _) -> x / 2);
        Raster light = Raster.of(2, 4, 1, (y, x, _) -> y == 1 && x > 1 ? 0 : 1);
        PictureSet set = new PictureSet(List.of(dark, light), List.of(1, 0), List.of("a", "b"));
        LongSignal whole = new LongSignal(set, 1);
        assertThat(whole.of(0).ids()).containsExactly(0, 0, 15, 15, 0, 0, 15, 15);
        assertThat(whole.of(0, 1).wanted()).containsExactly(17, 16);
        LongSignal halved = new LongSignal(set, 2);
        assertThat(halved.of(1).ids()).containsExactly(15, 8);
        assertThat(halved.rows()).isEqualTo(2);
        assertThat(halved.vocabulary()).isEqualTo(18);
        assertThatThrownBy(() -> new LongSignal(set, 3)).hasMessageContaining("squares of 3");
    }
}
