package org.cumae.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

class CanvasTest {
    private static final Moment FIRST = new Moment.Frame(0);
    private static final Moment SECOND = new Moment.Frame(1);
    private static final Moment BETWEEN = new Moment.Pair(0, 1);

    /// The PSI clip in small: two frames of 2 x 3 patches of two levels, a camera, and motion.
    private static final Layout CLIP =
            Layout.EMPTY
                    .plus("rgb", 2, 3, List.of(7, 5), FIRST, SECOND)
                    .plus("camera", 1, 1, List.of(11), BETWEEN);

    private static final Address PATCH = new Address("rgb", SECOND, 1, 2);
    private static final Address CAMERA = new Address("camera", BETWEEN, 0, 0);

    @Test
    void everySlotHasAPositionAndEveryIdAMeaningOfItsOwn() {
        Set<Integer> positions = new HashSet<>();
        Set<Integer> pointers = new HashSet<>();
        for (Address address : CLIP.addresses()) {
            for (int slot = 0; slot <= CLIP.field(address).type().levels(); slot++) {
                assertThat(positions.add(CLIP.position(address, slot))).isTrue();
            }
            assertThat(pointers.add(CLIP.pointer(address))).isTrue();
        }
        assertThat(positions).hasSize(CLIP.positions());
        assertThat(CLIP.positions()).isEqualTo(2 * 6 * 3 + 2);
        assertThat(CLIP.vocabulary()).isEqualTo(7 + 5 + 6 + 6 + 11 + 1);
        assertThat(CLIP.position(PATCH, 2)).isEqualTo(18 + 3 * 5 + 2);
    }

    @Test
    void extendingMovesNothing() {
        Layout longer =
                CLIP.plus("flow", 2, 3, List.of(4), BETWEEN)
                        .plus(
                                new Field(
                                        CLIP.fields().getFirst().type(),
                                        new Moment.Frame(2),
                                        Span.of(100, 6)))
                        .plus("text", 1, 50, List.of(30), Moment.ALWAYS);
        for (Address address : CLIP.addresses()) {
            assertThat(longer.pointer(address)).isEqualTo(CLIP.pointer(address));
            assertThat(longer.position(address, 1)).isEqualTo(CLIP.position(address, 1));
        }
        assertThat(
                        longer.position(Address.of("text", 7), 1)
                                - longer.position(Address.of("text", 6), 1))
                .isEqualTo(2);
    }

    @Test
    void rangesThatWouldBeMistakenAreRefused() {
        TokenType codes = new TokenType("a", 1, 2, List.of(Span.of(0, 4)));
        Layout layout = Layout.EMPTY.plus(new Field(codes, FIRST, Span.of(4, 2)));
        assertThatThrownBy(() -> layout.plus(new Field(codes, FIRST, Span.of(6, 2))))
                .hasMessageContaining("there at moment '0' already");
        assertThatThrownBy(() -> layout.plus(new Field(codes, SECOND, Span.of(5, 2))))
                .hasMessageContaining("overlap");
        TokenType other = new TokenType("b", 1, 1, List.of(Span.of(3, 2)));
        assertThatThrownBy(() -> layout.plus(new Field(other, FIRST, Span.of(9, 1))))
                .hasMessageContaining("codes of a [0, 4) and codes of b [3, 5) overlap");
        assertThatThrownBy(() -> new Field(codes, FIRST, Span.of(4, 3)))
                .hasMessageContaining("give each cell one");
        assertThatThrownBy(() -> new TokenType("c", 1, 1, List.of(Span.of(0, 4), Span.of(2, 4))))
                .hasMessageContaining("do not overlap");
        // moments of one type may share pointers, and levels a codebook
        layout.plus(new Field(codes, SECOND, Span.of(4, 2)));
        new TokenType("d", 1, 1, List.of(Span.of(0, 4), Span.of(0, 4)));
    }

    @Test
    void aVariableHasOneValue() {
        Canvas canvas = new Canvas(CLIP).observe(PATCH, 3, 9);
        canvas.observe(PATCH, 3, 9);
        assertThat(canvas.elements()).hasSize(1);
        assertThat(canvas.codes(PATCH)).contains(Tokens.of(3, 9));
        assertThatThrownBy(() -> canvas.observe(PATCH, 4, 9))
                .hasMessageContaining("rgb1(1, 2) is told to be [4 9] and was [3 9] before");
        assertThatThrownBy(() -> canvas.observe(PATCH, 3)).hasMessageContaining("has 2 levels");
        assertThatThrownBy(() -> canvas.observe(CAMERA, 3))
                .hasMessageContaining("codes there are [24, 35)");
        assertThatThrownBy(() -> canvas.observe(new Address("rgb", SECOND, 2, 0), 3, 9))
                .hasMessageContaining("2 rows and 3 columns");
        assertThatThrownBy(() -> canvas.observe(new Address("depth", FIRST, 0, 0), 3))
                .hasMessageContaining("no depth0; it has rgb0, rgb1, camera01");
    }

    @Test
    void permutingTheContextMovesNoPosition() {
        Element one = new Element(PATCH, Tokens.of(1, 7));
        Element two = new Element(CAMERA, Tokens.of(25));
        Query forth = new PointerRows(CLIP).known(one).known(two).query();
        Query back = new PointerRows(CLIP).known(two).known(one).query();
        assertThat(pairs(forth)).containsExactlyInAnyOrderElementsOf(pairs(back));
        assertThat(pairs(forth)).isNotEqualTo(pairs(back));
    }

    private static List<List<Integer>> pairs(Query query) {
        Tokens tokens = ((Input.Ids) query.input()).tokens();
        Tokens positions = query.positions().orElseThrow();
        return java.util.stream.IntStream.range(0, tokens.size())
                .mapToObj(i -> List.of(tokens.get(i), positions.get(i)))
                .toList();
    }

    @Test
    void questionsSeeWhatIsKnownAndThemselvesOnly() {
        Address other = new Address("rgb", SECOND, 0, 0);
        Query query =
                new PointerRows(CLIP)
                        .known(new Element(CAMERA, Tokens.of(25))) // rows 0, 1
                        .ask(PATCH, Tokens.of(3)) // rows 2, 3
                        .ask(other, Tokens.NONE) // row 4
                        .query();
        Visibility rule = query.visibility();
        boolean[][] sees = {
            {true, false, false, false, false},
            {true, true, false, false, false},
            {true, true, true, false, false},
            {true, true, true, true, false},
            {true, true, false, false, true}
        };
        for (int row = 0; row < 5; row++) {
            for (int column = 0; column < 5; column++) {
                assertThat(rule.sees(row, column, 0)).isEqualTo(sees[row][column]);
            }
        }
        assertThat(query.wants()).containsExactly(new Want.Law(3, 7, 12), new Want.Law(4, 0, 7));
        assertThatThrownBy(() -> new PointerRows(CLIP).ask(CAMERA, Tokens.of(25)))
                .hasMessageContaining("nothing to ask");
    }
}
