package org.cumae.reproduce.diffusion;

import org.cumae.decode.Sequential;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.diffusion.School.Shape;
import org.cumae.reproduce.diffusion.School.Way;
import org.cumae.text.TextModel;
import org.cumae.train.denoise.MaskProcess;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A next-token model that is converted to fill blocks, beside models that fill masks from the
/// beginning and learn from as many rows, and what its confidence saves.
///
/// @see <a href="https://arxiv.org/abs/2510.06303">SDAR 2025</a>
public final class SynergisticBlocks implements Reproduction {
    private static final int BLOCK = 4;
    private static final double THETA = 0.9;
    private static final List<Double> THETAS = List.of(1.0, 0.99, 0.95, 0.9, 0.8, 0.6);
    private static final double LEAST_TOKENS = 2;
    private static final double MOST_LOSS = 0.01;

    @Override
    public int method() {
        return 16;
    }

    @Override
    public String claim() {
        return "A next-token model converted to fill blocks bounds text better than models that learn"
                + " to fill masks from the beginning from as many rows, and writes several tokens a"
                + " pass where it is sure (here, small models: bound of the conversion below that of"
                + " blocks from scratch, and that below a full canvas's; on records, blocks of 4,"
                + " confidence above 0.9: at least 2 tokens a pass and at most 1 point fewer right"
                + " answers than one a pass; no fewer tokens a pass at a lower threshold)";
    }

    @Override
    public Outcome run(Trial trial) {
        long steps = trial.quick() ? 500 : 2000; // of next tokens, a row each
        Shape shape = new Shape(3, 96);
        Denoising blocks = new Denoising(BLOCK, Reading.BLOCKS, false);
        try (School school = new School(List.of(Task.RECORDS), trial.progress())) {
            Path plain = school.plain("next tokens, all steps", shape, steps);
            Path base = school.plain("next tokens, half the rows", shape, steps / 2);
            Path converted =
                    school.converted(
                            "conversion", base, new Way(blocks, MaskProcess.COUNTED), steps / 4);
            Path scratch =
                    school.fresh(
                            "blocks from scratch",
                            shape,
                            new Way(blocks, MaskProcess.COUNTED),
                            steps / 2);
            Path canvas =
                    school.fresh(
                            "a canvas from scratch",
                            shape,
                            new Way(new Denoising(BLOCK, Reading.CANVAS, false), MaskProcess.FULL),
                            steps);
            trial.progress().accept("bounds");
            double surprise = school.surprise(plain);
            double ours = school.bound(converted);
            double fromScratch = school.bound(scratch);
            double whole = school.canvasBound(canvas);
            List<Figure> table =
                    new ArrayList<>(
                            List.of(
                                    new Figure("next tokens, held out", surprise, "nats/token"),
                                    new Figure("conversion, bound", ours, "nats/token"),
                                    new Figure(
                                            "blocks from scratch, bound",
                                            fromScratch,
                                            "nats/token"),
                                    new Figure(
                                            "a canvas from scratch, bound", whole, "nats/token")));
            CrystalExam crystals = CrystalExam.of(trial.quick() ? 6 : 40);
            Sitting next;
            try (TextModel plainly = CrystalExam.open("crystals")) {
                next = crystals.sit("crystals, next tokens", plainly, new Sequential());
                table.addAll(next.figures());
            }
            List<Sitting> sure = new ArrayList<>();
            try (TextModel model = CrystalExam.open("crystals-sdar")) {
                for (double theta : THETAS) {
                    trial.progress().accept("crystals, theta %s".formatted(theta));
                    BlockDiffusion decoder =
                            new BlockDiffusion(new RevealPolicy.Threshold(theta, 1));
                    sure.add(crystals.sit("crystals, theta %s".formatted(theta), model, decoder));
                    table.addAll(sure.getLast().figures());
                }
                table.addAll(RowCosts.of(model.engine(), crystals.prompt(model)).figures());
            }
            Sitting measured = sure.get(THETAS.indexOf(THETA));
            boolean monotone = true;
            for (int i = 1; i < sure.size(); i++) {
                monotone &= sure.get(i).tokensPerPass() >= sure.get(i - 1).tokensPerPass() - 0.02;
            }
            boolean holds =
                    ours < fromScratch
                            && fromScratch < whole
                            && measured.tokensPerPass() >= LEAST_TOKENS
                            && measured.accuracy() >= sure.getFirst().accuracy() - MOST_LOSS - 1e-9
                            && monotone;
            return new Outcome(
                    new Figure("next tokens", next.tokensPerPass(), "tokens/pass"),
                    new Figure("blocks, theta 0.9", measured.tokensPerPass(), "tokens/pass"),
                    holds,
                    table);
        }
    }
}
