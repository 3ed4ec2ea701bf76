package org.cumae.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A state built again from what was fed equals the one that was fed.
final class FedTest {
    private final HashModel model = new HashModel();
    private final State state = model.open();
    private final Fed fed = new Fed();

    private void feed(Query query) {
        model.forward(List.of(new Model.Part(state, query)));
        fed.add(query);
    }

    private void keep(int from, int... rows) {
        state.keep(from, Tokens.of(rows));
        fed.keep(from, Tokens.of(rows));
    }

    private List<Long> rebuilt(int most) {
        State again = model.open();
        while (again.length() < fed.rows()) {
            model.forward(List.of(new Model.Part(again, fed.again(again.length(), most))));
        }
        return HashModel.rows(again);
    }

    private void assertRebuilds() {
        assertThat(fed.isWhole()).isTrue();
        assertThat(rebuilt(Integer.MAX_VALUE)).isEqualTo(HashModel.rows(state));
        assertThat(rebuilt(3)).isEqualTo(HashModel.rows(state));
    }

    @Test
    void causalRowsRunTogether() {
        feed(Query.feed(Tokens.of(1, 2, 3)));
        feed(Query.next(4));
        assertThat(fed.again(0, 100).rows()).isEqualTo(4);
        assertThat(fed.plainIds(fed.plainRows())).containsExactly(1, 2, 3, 4);
        assertRebuilds();
    }

    @Test
    void theAcceptedPathOfATreeBecomesALine() {
        feed(Query.feed(Tokens.of(1, 2, 3)));
        Visibility tree = new Visibility.Tree(List.of(-1, 0, 0, 1, 2));
        feed(Query.feed(Tokens.of(4, 5, 6, 7, 8)).seeing(tree).at(Tokens.of(3, 4, 4, 5, 5)));
        keep(4, 5, 7); // row 3, then its second child and the grandchild
        assertThat(fed.plainIds(fed.plainRows())).containsExactly(1, 2, 3, 4, 6, 8);
        assertRebuilds();
    }

    /// Content stays what it is when questions and rejected guesses are taken back.
    @Test
    void contentOfTwoStreamsIsBuiltAgainWithoutItsQuestions() {
        BitSet questions = new BitSet();
        questions.set(4, 6);
        Visibility known = new Visibility.TwoStream(List.of(0, 0, 1, 2, 1, 3), questions);
        feed(Query.feed(Tokens.of(5, 6, 7, 8, 9, 9)).seeing(known).at(Tokens.of(9, 3, 1, 5, 0, 6)));
        assertRebuilds();
        keep(4);
        assertRebuilds();
        keep(3);
        assertRebuilds();
        keep(1); // it saw the other row of its rank
        assertThat(fed.isWhole()).isFalse();
    }

    @Test
    void rowsThatSawWhatIsGoneCannotBeBuiltAgainUntilTheyGoToo() {
        feed(Query.feed(Tokens.of(1, 2, 3)));
        feed(Query.feed(Tokens.of(4, 5, 6)).seeing(Visibility.FULL));
        keep(5);
        assertThat(fed.rows()).isEqualTo(5);
        assertThat(fed.isWhole()).isFalse();
        feed(Query.next(7));
        assertThat(fed.isWhole()).isFalse();
        keep(3);
        assertRebuilds();
        feed(Query.next(7));
        assertRebuilds();
    }

    @Test
    void aSiblingKeptAloneCannotBeBuiltAgainAsALine() {
        feed(Query.feed(Tokens.of(1, 2)).seeing(new Visibility.Tree(List.of(-1, -1))));
        keep(0, 0, 1); // the second has not seen the first
        assertThat(fed.isWhole()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverWasFedAndCutItIsBuiltAgainOrSaysThatItCannot(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int whole = 0;
        for (int step = 0; step < 60; step++) {
            if (state.length() > 0 && random.nextInt(3) == 0) {
                cut(random);
            } else {
                feed(query(random));
            }
            assertThat(fed.rows()).isEqualTo(state.length());
            if (fed.isWhole()) {
                whole++;
                assertThat(rebuilt(1 + random.nextInt(5))).isEqualTo(HashModel.rows(state));
                Fed copy = fed.copy();
                assertThat(copy.isWhole()).isTrue();
            }
        }
        assertThat(whole).as("steps at which the state could be built again").isPositive();
    }

    private void cut(SplittableRandom random) {
        int from = random.nextInt(state.length() + 1);
        int[] kept =
                random.nextBoolean()
                        ? new int[0]
                        : IntStream.range(from, state.length())
                                .filter(_ -> random.nextInt(3) > 0)
                                .toArray();
        keep(from, kept);
    }

    private Query query(SplittableRandom random) {
        int rows = 1 + random.nextInt(5);
        int held = state.length();
        Query query = Query.feed(Tokens.of(random.ints(rows, 0, 13).toArray()));
        if (random.nextInt(4) == 0) {
            query = query.at(Tokens.of(random.ints(rows, 0, 50).toArray()));
        }
        List<Integer> ranks = new ArrayList<>();
        List<Integer> parents = new ArrayList<>();
        List<BitSet> columns = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            ranks.add(random.nextInt(3));
            parents.add(random.nextInt(row + 1) - 1);
            BitSet sees = new BitSet();
            sees.set(held + row);
            IntStream.range(0, held + rows).filter(_ -> random.nextInt(4) > 0).forEach(sees::set);
            columns.add(sees);
        }
        return switch (random.nextInt(8)) {
            case 0 -> query.seeing(Visibility.FULL);
            case 1 -> query.seeing(new Visibility.Ranks(ranks));
            case 2 -> query.seeing(new Visibility.Given(columns));
            case 3, 4 -> query.seeing(new Visibility.Tree(parents));
            default -> query;
        };
    }
}
