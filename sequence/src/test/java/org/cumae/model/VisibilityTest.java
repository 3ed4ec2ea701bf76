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

    /// Every pair of kinds and ranks: `K` and `k` are known, `1` and `2` written, the questions
    /// after them `a` and `b`.
    @Test
    void questionsSeeContentOfLowerRanksAndNothingSeesAQuestion() {
        String rows = "Kk12ab";
        BitSet questions = new BitSet();
        questions.set(4, 6);
        Visibility rule = new Visibility.TwoStream(List.of(0, 0, 1, 2, 1, 2), questions);
        List<String> seen = List.of("Kk", "Kk", "Kk1", "Kk12", "Kka", "Kk1b");
        rule.check(6, 2);
        for (int row = 0; row < 6; row++) {
            StringBuilder sees = new StringBuilder();
            for (int column = 0; column < 6; column++) {
                if (rule.sees(row, 2 + column, 2)) {
                    sees.append(rows.charAt(column));
                }
            }
            assertThat(sees).asString().isEqualTo(seen.get(row));
            assertThat(rule.sees(row, 0, 2) && rule.sees(row, 1, 2)).as("cached").isTrue();
        }
        assertThatThrownBy(() -> rule.check(5, 0))
                .hasMessageContaining("6 ranks, the last question is row 5")
                .hasMessageContaining("5 rows");
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
