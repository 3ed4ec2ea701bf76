package org.cumae.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

class VisibilityTest {
    /// Against walking the parents, on random trees behind cached rows.
    @Test
    void aTreeRowSeesWhatIsCachedItsAncestorsAndItself() {
        Random random = new Random(6);
        for (int round = 0; round < 200; round++) {
            int rows = 1 + random.nextInt(12);
            int cached = random.nextInt(4);
            List<Integer> parents = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                parents.add(random.nextInt(i + 1) - 1);
            }
            Visibility tree = new Visibility.Tree(parents);
            tree.check(rows, cached);
            for (int row = 0; row < rows; row++) {
                BitSet seen = new BitSet();
                seen.set(0, cached);
                for (int node = row; node >= 0; node = parents.get(node)) {
                    seen.set(cached + node);
                }
                for (int column = 0; column < cached + rows; column++) {
                    assertThat(tree.sees(row, column, cached)).isEqualTo(seen.get(column));
                }
            }
        }
    }

    @Test
    void aChainIsTheCausalRule() {
        Visibility chain = new Visibility.Tree(List.of(-1, 0, 1, 2));
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 7; column++) {
                assertThat(chain.sees(row, column, 3))
                        .isEqualTo(Visibility.CAUSAL.sees(row, column, 3));
            }
        }
    }

    @Test
    void rulesOfAnotherSizeAreRefusedWithBothSizes() {
        assertThatThrownBy(() -> new Visibility.Tree(List.of(-1)).check(2, 0))
                .hasMessageContaining("1 nodes and the query 2 rows");
        assertThatThrownBy(() -> new Visibility.Tree(List.of(0)))
                .hasMessageContaining("row 0 has parent 0");
        assertThatThrownBy(() -> new Visibility.Ranks(List.of(0, 1)).check(1, 0))
                .hasMessageContaining("2 ranks and 1 rows");
        BitSet far = new BitSet();
        far.set(9);
        assertThatThrownBy(() -> new Visibility.Given(List.of(far)).check(1, 2))
                .hasMessageContaining("column 9");
        assertThatThrownBy(() -> new Visibility.Given(List.of(new BitSet())).check(1, 2))
                .hasMessageContaining("sees nothing");
    }
}
