package org.cumae.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// Test 16 of the method's card.
class PromptTest {
    private static final Layout LAYOUT =
            Layout.EMPTY
                    .plus("rgb", 64, 64, List.of(4), frames(8))
                    .plus("f", 64, 64, List.of(4), new Moment.Pair(0, 1))
                    .plus("c", 1, 1, List.of(4), new Moment.Pair(0, 1))
                    .plus("d", 64, 64, List.of(4), frames(2))
                    .plus("t", 1, 20, List.of(4), Moment.ALWAYS);

    private static Moment[] frames(int count) {
        Moment[] frames = new Moment[count];
        for (int t = 0; t < count; t++) {
            frames[t] = new Moment.Frame(t);
        }
        return frames;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb0->rgb1",
                "rgb0,c01->rgb1",
                "rgb0->f01",
                "rgb0,f01->rgb1",
                "rgb0,f01->f01,rgb1",
                "rgb0,rgb2->rgb1",
                "rgb0,d0,f01->f01,d1,rgb1",
                "rgb0,f01[12,40;3,3]->f01,rgb1:s2p=32",
                "rgb0->rgb1,rgb2,rgb3,rgb7",
                "t,rgb0[10%]->rgb0",
                "rgb0[all],rgb1[none]->rgb1[left-hand]:par",
                "rgb0,d0->d1:argmax,rgb1:seq"
            })
    void whatIsReadIsPrinted(String text) {
        assertThat(Prompt.parse(text, LAYOUT).toString()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | 1 | expected a type",
                "rgb0 | 5 | expected ',' or '->'",
                "->rgb1 | 1 | expected a type",
                "rgb0-> | 7 | expected a type",
                "rgb0,->rgb1 | 6 | expected a type",
                "rgb0->rgb1->rgb2 | 11 | a second '->'",
                "rgb0->rgb1; | 11 | expected ',' or the end",
                "rgb->rgb1 | 4 | there is no rgb;",
                "rgb9->rgb1 | 4 | there is no rgb9",
                "rgb0->sound1 | 7 | no type 'sound'",
                "rgb0,rgb0->rgb1 | 6 | twice",
                "rgb0[->rgb1 | 6 | expected all, none",
                "rgb0[10->rgb1 | 8 | expected ',' and a column",
                "rgb0[101%]->rgb1 | 6 | more than all",
                "rgb0[1,]->rgb1 | 8 | expected a column",
                "rgb0[1,64]->rgb1 | 6 | outside the grid",
                "rgb0[1,2;1,2]->rgb1 | 10 | stands here twice",
                "rgb0[all->rgb1 | 9 | expected ']'",
                "rgb0->rgb1:fast | 12 | no option 'fast'",
                "rgb0->rgb1:s2p | 15 | expected '='",
                "rgb0->rgb1:s2p=x | 16 | expected how many",
                "rgb0->rgb1:s2p=12345678 | 16 | too large",
                "rgb0[1;2]->rgb1 | 7 | expected ','",
                "f02->rgb1 | 2 | there is no f02"
            })
    void whatCannotBeReadIsToldWithItsColumn(String text, int column, String words) {
        PromptException wrong =
                catchThrowableOfType(PromptException.class, () -> Prompt.parse(text, LAYOUT));
        assertThat(wrong)
                .hasMessageContaining(words)
                .hasMessageContaining("column " + column + ":");
        assertThat(wrong.column()).isEqualTo(column);
    }
}
