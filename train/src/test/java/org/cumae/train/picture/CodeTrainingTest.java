package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.flow.GroupTimes;
import org.cumae.net.DiffusionShape;
import org.cumae.noise.Noise;
import org.cumae.psi.Raster;
import org.cumae.train.Journal;
import org.cumae.unit.picture.BottleneckShape;
import org.cumae.unit.picture.CodeQuality;
import org.cumae.unit.picture.DiffusionCode;
import org.cumae.unit.picture.LatentQuality;
import org.cumae.unit.picture.LearnedCode;
import org.cumae.unit.picture.LearnedLatent;
import org.cumae.unit.picture.LearnedPyramid;
import org.cumae.unit.picture.PyramidShape;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class CodeTrainingTest {
    /// A bright spot somewhere, of one of several sizes.
    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 2);
        double y = 8 * noise.uniform(0);
        double x = 8 * noise.uniform(1);
        double size = 1 + 3 * noise.uniform(2);
        return Raster.of(
                8, 8, 1, (i, j, _) -> Math.exp(-(Math.pow(i - y, 2) + Math.pow(j - x, 2)) / size));
    }

    private static List<Raster> pictures(int from, int to) {
        return IntStream.range(from, to).mapToObj(CodeTrainingTest::picture).toList();
    }

    /// Both kinds of codes come to write pictures that they have not seen, better than they began
    /// and than one grey would.
    @Test
    void codesAreLearned() {
        List<Raster> learned = pictures(0, 300);
        List<Raster> tried = pictures(1000, 1050);
        for (BottleneckShape pinch :
                List.of(new BottleneckShape.Book(64, 4), new BottleneckShape.Binary(8, 2))) {
            LearnedCode code = LearnedCode.fresh(learned.getFirst(), 4, 8, pinch, 1);
            double before = CodeQuality.of(code, tried).psnr();
            new CodeTraining(300, 16, 4e-3, 1).teach(code, learned, new Journal() {});
            double after = CodeQuality.of(code, tried).psnr();
            assertThat(before).isLessThan(12);
            assertThat(after).as("%s", code).isGreaterThan(grey(tried) + 1.5);
        }
    }

    /// A pyramid comes to write pictures that it has not seen, with most of its book, each scale
    /// adding to those before it.
    @Test
    void aPyramidIsLearned() {
        List<Raster> learned = pictures(0, 300);
        List<Raster> tried = pictures(1000, 1050);
        LearnedPyramid code = pyramid(learned.getFirst());
        double before = CodeQuality.of(code, tried).psnr();
        List<Double> losses = new ArrayList<>();
        Journal journal =
                new Journal() {
                    @Override
                    public void stepped(Step step) {
                        losses.add(step.loss());
                    }
                };
        new CodeTraining(450, 16, 4e-3, 1).teach(code, learned, journal);
        CodeQuality after = CodeQuality.of(code, tried);
        assertThat(before).isLessThan(12);
        assertThat(after.psnr()).isGreaterThan(grey(tried) + 3);
        assertThat(after.usage()).isGreaterThan(0.7);
        assertThat(losses).hasSize(3); // without codes, with them, and with a book put anew
        assertThat(losses.getLast()).isLessThan(0.6 * losses.get(1));
        List<Double> told = CodeQuality.told(code, tried);
        assertThat(told).hasSize(3);
        assertThat(told.getLast()).isCloseTo(after.psnr(), within(1e-9));
        assertThat(told.getLast()).isGreaterThan(told.get(1));
    }

    private static LearnedPyramid pyramid(Raster like) {
        return LearnedPyramid.fresh(like, 2, 8, new PyramidShape(List.of(1, 2, 4), 48, 4), 1);
    }

    /// Real vectors come to write pictures that they have not seen, and their numbers have the
    /// spread of noise there too.
    @Test
    void realVectorsAreLearned() {
        List<Raster> learned = pictures(0, 300);
        List<Raster> tried = pictures(1000, 1050);
        LearnedLatent latent = LearnedLatent.fresh(learned.getFirst(), 2, 8, 2, 1);
        double before = LatentQuality.of(latent, tried).psnr();
        LearnedLatent taught =
                new CodeTraining(300, 16, 4e-3, 1).teach(latent, learned, new Journal() {});
        LatentQuality after = LatentQuality.of(taught, tried);
        assertThat(before).isLessThan(12);
        assertThat(after.psnr()).isGreaterThan(grey(tried) + 6);
        assertThat(after.spread()).isBetween(0.85, 1.15);
        assertThat(after.least()).isGreaterThan(0.3);
    }

    /// Equal seeds learn equal codes.
    @Test
    void aPyramidIsLearnedTheSameWayTwice() {
        List<Raster> learned = pictures(0, 40);
        LearnedPyramid one = pyramid(learned.getFirst());
        LearnedPyramid other = pyramid(learned.getFirst());
        CodeTraining training = new CodeTraining(12, 8, 4e-3, 1);
        training.teach(one, learned, new Journal() {});
        training.teach(other, learned, new Journal() {});
        for (Raster picture : pictures(1000, 1004)) {
            assertThat(one.read(picture)).containsExactly(other.read(picture));
            assertThat(one.write(one.read(picture))).isEqualTo(other.write(other.read(picture)));
        }
    }

    /// Codes in a line, told on the way out of noise, come to say of which picture they are: what
    /// is written with a picture's own is nearer to it than what is written with another's.
    @Test
    void codesInALineAreLearned() {
        List<Raster> learned = pictures(0, 300);
        List<Raster> tried = pictures(1000, 1060);
        DiffusionCode code =
                DiffusionCode.fresh(
                        DiffusionShape.of(1, 8, 8, 4, 4, 32, 2, 8, 4), 32, GroupTimes.of(4), 1);
        double before = CodeQuality.of(code, tried).psnr();
        new CodeTraining(1500, 16, 1e-3, 1).teach(code, learned, new Journal() {});
        assertThat(CodeQuality.of(code, tried).psnr()).isGreaterThan(before + 5);
        List<int[]> codes = code.read(tried);
        double own = 0;
        double others = 0;
        for (int i = 0; i < tried.size(); i++) {
            own += apart(tried.get(i), code.write(codes.get(i)));
            others += apart(tried.get(i), code.write(codes.get((i + 1) % codes.size())));
        }
        assertThat(own).isLessThan(0.9 * others);
    }

    private static double apart(Raster one, Raster other) {
        double sum = 0;
        for (int i = 0; i < 64; i++) {
            double gap = one.at(i / 8, i % 8) - other.at(i / 8, i % 8);
            sum += gap * gap;
        }
        return sum;
    }

    private static double grey(List<Raster> pictures) {
        double sum = 0;
        double squares = 0;
        for (Raster picture : pictures) {
            for (int i = 0; i < 64; i++) {
                sum += picture.at(i / 8, i % 8);
                squares += picture.at(i / 8, i % 8) * (double) picture.at(i / 8, i % 8);
            }
        }
        double count = 64.0 * pictures.size();
        return -10 * Math.log10(squares / count - Math.pow(sum / count, 2));
    }
}
