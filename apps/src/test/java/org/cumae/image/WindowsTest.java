package org.cumae.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Sampling;
import org.cumae.image.MannerPlan.Kind;
import org.cumae.image.PictureModel.Wish;
import org.cumae.net.Backbone;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.PatchCode;
import org.cumae.psi.Book;
import org.cumae.psi.Raster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.OptionalInt;

/// Test 10 of ELM's card.
class WindowsTest {
    private static final int ROWS = 3;
    private static final int COLUMNS = 4;
    private static final int SHARED = 2;
    private static final List<String> CLASSES = List.of("cat", "dog");
    private static final PatchCode CODE =
            new PatchCode(
                    Book.of(
                            new TokenType("patch", ROWS, COLUMNS, List.of(Span.of(0, 3))),
                            new float[] {0},
                            new float[] {0.5f},
                            new float[] {1}));

    private static PictureModel model(Kind kind) {
        MannerPlan plan = MannerPlan.of(kind);
        CodeManner manner = (CodeManner) plan.of(CODE);
        int directions = manner instanceof Cells cells ? cells.directions() : 1;
        return new PictureModel(
                "windows",
                plan,
                manner,
                CLASSES,
                new Transformer(
                        Backbone.fresh(
                                TransformerConfig.picture(
                                        "windows",
                                        manner.firstCondition() + CLASSES.size() + 1,
                                        1,
                                        16,
                                        2,
                                        16,
                                        manner.mostRows(),
                                        new Positions.Grid(ROWS, COLUMNS, 100),
                                        new PictureShape(0, false, directions)),
                                1)));
    }

    private static Wish wish(int number) {
        return new Wish(OptionalInt.of(number % 2), 1.5, Sampling.PLAIN, 3, number);
    }

    /// What windows share is the same in both, and the picture is what they show.
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RASTER", "RINGS", "MASKS"})
    void whatWindowsShareIsUnchanged(Kind kind) {
        try (PictureModel model = model(kind)) {
            List<Windows.Wide> drawn =
                    new Windows(2, 3, SHARED).draw(model, List.of(wish(0), wish(1)));
            for (Windows.Wide wide : drawn) {
                assertThat(wide.codes()).hasSize(6);
                int rows = 2 * ROWS - SHARED;
                int columns = 3 * COLUMNS - 2 * SHARED;
                assertThat(wide.picture().rows()).isEqualTo(rows);
                assertThat(wide.picture().columns()).isEqualTo(columns);
                for (int window = 0; window < 6; window++) {
                    for (int cell = 0; cell < ROWS * COLUMNS; cell++) {
                        int y = window / 3 * (ROWS - SHARED) + cell / COLUMNS;
                        int x = window % 3 * (COLUMNS - SHARED) + cell % COLUMNS;
                        assertThat((double) wide.picture().at(y, x, 0))
                                .isCloseTo(wide.codes().get(window).get(cell) * 0.5, within(1e-6));
                    }
                }
            }
            assertThat(drawn.get(0).picture()).isNotEqualTo(drawn.get(1).picture());
            Raster alone =
                    new Windows(2, 3, SHARED).draw(model, List.of(wish(1))).getFirst().picture();
            assertThat(alone).isEqualTo(drawn.get(1).picture());
        }
    }

    /// Also where three of them lie on one pixel, each shows what the codes there are.
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"MASKS"})
    void manyWindowsOnOnePixelAreNoBrighter(Kind kind) {
        try (PictureModel model = model(kind)) {
            Windows.Wide wide = new Windows(4, 4, SHARED).draw(model, List.of(wish(2))).getFirst();
            for (int window = 0; window < 16; window++) {
                for (int cell = 0; cell < ROWS * COLUMNS; cell++) {
                    int y = window / 4 * (ROWS - SHARED) + cell / COLUMNS;
                    int x = window % 4 * (COLUMNS - SHARED) + cell % COLUMNS;
                    assertThat((double) wide.picture().at(y, x, 0))
                            .isCloseTo(wide.codes().get(window).get(cell) * 0.5, within(1e-6));
                }
            }
        }
    }

    /// What is not shared is drawn anew in each window, and one window is a picture.
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RASTER", "MASKS"})
    void windowsThatShareNothingAreOthers(Kind kind) {
        try (PictureModel model = model(kind)) {
            Windows.Wide apart = new Windows(1, 2, 0).draw(model, List.of(wish(4))).getFirst();
            assertThat(apart.picture().columns()).isEqualTo(2 * COLUMNS);
            assertThat(apart.codes().get(0)).isNotEqualTo(apart.codes().get(1));
            assertThat(new Windows(1, 1, SHARED).draw(model, List.of(wish(4))).getFirst().picture())
                    .isEqualTo(model.draw(List.of(wish(4))).getFirst().picture());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RASTER"})
    void whatCannotBeSharedIsTold(Kind kind) {
        try (PictureModel model = model(kind)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Windows(1, 2, 3).draw(model, List.of(wish(0))))
                    .withMessageContaining("windows of 3 x 4 cells share 3; take fewer");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Windows(0, 2, 1))
                    .withMessageContaining("0 x 2 windows share 1 cells");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Windows(100_000, 100_000, 1))
                    .withMessageContaining("100000 x 100000 windows is asked for; take 1024");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    new Windows(1, 2, 1)
                                            .draw(model, List.of(wish(0).behind(List.of(0)))))
                    .withMessageContaining("1 codes are given");
        }
    }
}
