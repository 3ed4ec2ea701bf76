package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.flow.GroupTimes;
import org.cumae.net.DiffusionShape;
import org.cumae.noise.Noise;
import org.cumae.psi.Raster;
import org.cumae.train.Journal;
import org.cumae.unit.picture.BottleneckShape;
import org.cumae.unit.picture.CodeQuality;
import org.cumae.unit.picture.DiffusionCode;
import org.cumae.unit.picture.LearnedCode;
import org.junit.jupiter.api.Test;

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
            new CodeTraining(600, 16, 4e-3, 1).teach(code, learned, new Journal() {});
            double after = CodeQuality.of(code, tried).psnr();
            assertThat(before).isLessThan(12);
            assertThat(after).as("%s", code).isGreaterThan(grey(tried) + 1.5);
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
