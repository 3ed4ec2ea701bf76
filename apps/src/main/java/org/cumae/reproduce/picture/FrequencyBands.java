package org.cumae.reproduce.picture;

import org.cumae.data.DataFolder;
import org.cumae.picture.Bands.Law;
import org.cumae.picture.PatchPyramid;
import org.cumae.psi.Raster;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.train.picture.Likeness;
import org.cumae.unit.picture.CodeQuality;
import org.cumae.unit.picture.PictureSet;
import org.cumae.unit.picture.PyramidTraining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Scales that each tell a band of frequencies keep the spectrum of pictures better than scales
/// that each tell whatever is owed.
///
/// The paper's quantiser learns its encoder and decoder; here both are the axes of patches, fixed
/// before the book is learned, so that what is tried is the law of the bands alone.
///
/// @see <a href="https://arxiv.org/abs/2503.07076">NFIG</a>
public final class FrequencyBands implements Reproduction {
    private static final List<Integer> SIDES = List.of(1, 2, 4, 7);
    private static final int CODES = 256;
    private static final int WIDTH = 8;
    private static final int PATCH = 4;

    @Override
    public int method() {
        return 4;
    }

    @Override
    public String claim() {
        return "pictures that are coded band by band of frequencies keep their power spectrum better"
                + " than those that are coded residual by residual, with as many codes (here: digits,"
                + " the middle of 3 books each, the mean error of the logarithm of power, without a"
                + " learned encoder)";
    }

    @Override
    public Outcome run(Trial trial) {
        PictureSet all =
                PictureSet.read(
                        DataFolder.standard().find(Judge.DIGITS, (_, _) -> {}),
                        trial.quick() ? 2000 : 10_000);
        int kept = all.size() * 4 / 5;
        List<Raster> training = all.part(0, kept).pictures();
        List<Raster> heldOut = all.part(kept, all.size()).pictures();
        int rounds = trial.quick() ? 8 : 16;
        int read = trial.quick() ? 250 : 800;
        List<Figure> table = new ArrayList<>();
        double[] middles = new double[Law.values().length];
        for (Law law : Law.values()) {
            double[] spectra = new double[3];
            double[] psnr = new double[3];
            for (int seed = 0; seed < 3; seed++) {
                trial.progress().accept("%s, book %d of 3".formatted(law, seed + 1));
                PatchPyramid code =
                        new PyramidTraining(rounds, read, seed + 1)
                                .learn(law, SIDES, CODES, WIDTH, PATCH, training);
                List<Raster> written =
                        heldOut.stream().map(each -> code.write(code.read(each))).toList();
                spectra[seed] = Likeness.spectrum(heldOut, written);
                psnr[seed] = CodeQuality.of(code, heldOut).psnr();
            }
            Arrays.sort(spectra);
            Arrays.sort(psnr);
            middles[law.ordinal()] = spectra[1];
            table.add(new Figure(law + ", error of the spectrum", spectra[1], "log10 power"));
            table.add(
                    new Figure(
                            law + ", the best and the worst apart",
                            spectra[2] - spectra[0],
                            "log10 power"));
            table.add(new Figure(law + ", signal to noise", psnr[1], "dB"));
        }
        double residual = middles[Law.RESIDUAL.ordinal()];
        double area = middles[Law.AREA.ordinal()];
        return new Outcome(
                new Figure("residuals", residual, "log10 power"),
                new Figure("bands by area", area, "log10 power"),
                area <= residual,
                table);
    }
}
