package org.cumae.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// Pictures, crops, masks, books and poses: tests 1, 2, 15 and 18 of the method's card.
class RasterTest {
    private static final Moment NOW = new Moment.Frame(0);

    private static Raster picture(int side) {
        Noise noise = Noise.of(3, 3);
        return Raster.of(side, side, 3, (y, x, c) -> noise.uniform((y * 100L + x) * 3 + c));
    }

    /// Patches of two by two cells, three levels of sixteen codes each, each level half as bright.
    private static Book book() {
        TokenType type =
                new TokenType(
                        "rgb", 4, 4, List.of(Span.of(0, 16), Span.of(16, 16), Span.of(32, 16)));
        List<float[][]> levels = new ArrayList<>();
        for (int level = 0; level < 3; level++) {
            Noise noise = Noise.of(level, 8);
            float[][] patches = new float[16][12];
            for (int code = 1; code < 16; code++) { // code 0 leaves things as they are
                for (int i = 0; i < 12; i++) {
                    patches[code][i] =
                            (float)
                                    ((noise.uniform(code * 12L + i) - (level == 0 ? 0 : 0.5))
                                            * Math.pow(0.5, level));
                }
            }
            levels.add(patches);
        }
        return new Book(type, 2, 3, levels);
    }

    @Test
    void codesOfAPatchDependOnItsOwnPixelsOnly() {
        Book book = book();
        Raster picture = picture(8);
        List<Element> before = book.read(picture, NOW);
        Raster changed =
                Raster.of(
                        8,
                        8,
                        3,
                        (y, x, c) ->
                                y / 2 == 1 && x / 2 == 2
                                        ? 1 - picture.at(y, x, c)
                                        : picture.at(y, x, c));
        List<Element> after = book.read(changed, NOW);
        for (int i = 0; i < 16; i++) {
            if (i == 1 * 4 + 2) {
                assertThat(after.get(i)).isNotEqualTo(before.get(i));
            } else {
                assertThat(after.get(i)).isEqualTo(before.get(i));
            }
        }
    }

    @Test
    void moreLevelsLookMoreLikeThePicture() {
        Book book = book();
        Raster picture = picture(8);
        List<Element> elements = book.read(picture, NOW);
        double last = Double.POSITIVE_INFINITY;
        for (int levels = 1; levels <= 3; levels++) {
            int kept = levels;
            Raster seen =
                    book.write(at -> elements.get(at.y() * 4 + at.x()).codes().slice(0, kept), NOW);
            double error = 0;
            for (int i = 0; i < 64; i++) {
                for (int c = 0; c < 3; c++) {
                    error += Math.pow(seen.at(i / 8, i % 8, c) - picture.at(i / 8, i % 8, c), 2);
                }
            }
            assertThat(error).isLessThan(last);
            last = error;
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> book.read(picture(9), NOW))
                .withMessageContaining("need 8 rows and 8 columns");
    }

    @Test
    void aPointThatGoesThroughCropsComesBack() {
        Noise noise = Noise.of(1, 1);
        for (int trial = 0; trial < 200; trial++) {
            Noise here = noise.at(trial);
            double y = 40 * here.uniform(0);
            double x = 60 * here.uniform(1);
            Box box = new Box(0, 0, 40, 60);
            double downs = y;
            double acrosses = x;
            for (int round = 0; round < 4; round++) {
                box = box.around(0.75, y, x);
                assertThat(box.top()).isGreaterThanOrEqualTo(0);
                assertThat(box.left()).isGreaterThanOrEqualTo(0);
                assertThat(box.top() + box.height()).isLessThanOrEqualTo(40 + 1e-9);
                assertThat(box.left() + box.width()).isLessThanOrEqualTo(60 + 1e-9);
                downs = box.y(box.down(downs));
                acrosses = box.x(box.across(acrosses));
            }
            assertThat(downs).isCloseTo(y, within(1e-9));
            assertThat(acrosses).isCloseTo(x, within(1e-9));
        }
    }

    @Test
    void resamplingKeepsTheMean() {
        Raster picture = picture(12);
        assertThat(picture.resampled(Box.all(picture), 4, 4).mean())
                .isCloseTo(picture.mean(), within(1e-6));
        Raster larger = picture.resampled(Box.all(picture), 24, 24);
        assertThat(larger.at(5, 7, 1)).isEqualTo(picture.at(2, 3, 1));
        Raster odd = picture.resampled(new Box(1.5, 2.5, 6, 6), 3, 3);
        assertThat(odd.min()).isGreaterThanOrEqualTo(picture.min());
        assertThat(odd.max()).isLessThanOrEqualTo(picture.max());
    }

    @Test
    void otsuSplitsWhatIsFarApartAndComponentsHangTogether() {
        Raster map = Raster.of(3, 5, 1, (y, x, _) -> (x < 2 || x == 4 ? 5 : 1) + 0.1 * y);
        Mask bright = Mask.otsu(map);
        assertThat(bright.count()).isEqualTo(9);
        assertThat(bright.component(0, 0).count()).isEqualTo(6);
        assertThat(bright.component(1, 4).cells())
                .containsExactly(new Cell(0, 4), new Cell(1, 4), new Cell(2, 4));
        assertThat(bright.component(0, 2).count()).isEqualTo(1);
        assertThat(bright.iou(bright.component(0, 0))).isEqualTo(6 / 9.0);
        assertThat(Mask.otsu(new Raster(2, 2, 1)).count()).isZero();
    }

    @Test
    void aPlaneThatMovesAlongThePictureMovesByFocalLengthOverDepth() {
        Raster depth = Raster.of(6, 8, 1, (_, _, _) -> 4);
        Mask part = Mask.of(6, 8, (y, x) -> x > 3);
        Raster motion = Edit.motion(part, depth, Pose.move(0.6, -0.2, 0), 20, 4);
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 8; x++) {
                assertThat(motion.at(y, x, 0)).isCloseTo(x > 3 ? 3 : 0, within(1e-4f));
                assertThat(motion.at(y, x, 1)).isCloseTo(x > 3 ? -1 : 0, within(1e-4f));
            }
        }
        assertThat(Edit.motion(part, depth, Pose.IDENTITY, 20, 4).magnitude().max())
                .isLessThan(1e-6f);
        assertThat(Edit.motion(part, depth, Pose.rotateZ(360), 20, 4).magnitude().max())
                .isLessThan(1e-4f);
        assertThat(Edit.motion(part, depth, Pose.rotateY(30), 20, 4).magnitude().max())
                .isGreaterThan(1);
        Raster reduced = Edit.reduced(motion, 2);
        assertThat(reduced.at(0, 2, 0)).isCloseTo(3, within(1e-4f));
        assertThat(reduced.at(0, 1, 0)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Edit.motion(part, depth, Pose.move(0, 0, -5), 20, 4))
                .withMessageContaining("behind the eye");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Pose(
                                        List.of(
                                                List.of(1.0, 0.1, 0.0),
                                                List.of(0.0, 1.0, 0.0),
                                                List.of(0.0, 0.0, 1.0)),
                                        List.of(0.0, 0.0, 0.0)))
                .withMessageContaining("no rotation");
    }

    @Test
    void aBookReadsWhatItWrites() {
        Book book = book();
        Tokens codes = Tokens.of(5, 16, 32);
        assertThat(book.codes(book.patch(codes))).isEqualTo(codes);
    }
}
