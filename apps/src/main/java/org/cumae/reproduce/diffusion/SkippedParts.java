package org.cumae.reproduce.diffusion;

import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.SkipCalibration;
import org.cumae.net.Skipping;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.diffusion.School.Shape;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A deep, narrow next-token model that is made on the spot, whose feed-forward parts are left out
/// by what they did to a row, in fixed layers, and by chance, as many of them each time.
///
/// @see <a href="https://arxiv.org/abs/2404.03865">FFN-SkipLLM 2024</a>
public final class SkippedParts implements Reproduction {
    private static final Shape DEEP = new Shape(12, 64);
    private static final int WHOLE = 4; // positions that leave nothing out
    private static final List<Double> SHARES = List.of(0.05, 0.15, 0.25);

    @Override
    public int method() {
        return 35;
    }

    @Override
    public String claim() {
        return "Feed-forward parts can be left out for rows that they hardly turn, at less cost than the"
                + " same share of parts in fixed layers, and that at less than by chance (here, a model"
                + " of 12 layers made on the spot, a quarter of the parts: held-out surprise by the"
                + " rule no higher than in fixed layers, and that no higher than by chance or in whole"
                + " layers with as many multiplications; and the"
                + " cosine before and after a part rises with depth between the outer layers)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Task> tasks = List.of(Task.COUNTING, Task.RECORDS, Task.SUMS);
        try (School school = School.of(tasks, trial.progress())) {
            Path path = school.plain("next tokens", DEEP, trial.quick() ? 150 : 700);
            List<Tokens> windows = school.heldOut(trial.quick() ? 24 : 80);
            try (Backbone backbone = Backbone.load(path)) {
                trial.progress().accept("similarities");
                SkipCalibration calibration = new SkipCalibration(backbone, windows, WHOLE);
                List<Figure> table = new ArrayList<>();
                double[] cosines = calibration.cosines();
                for (int layer = 0; layer < cosines.length; layer++) {
                    table.add(new Figure("cosine, layer %d".formatted(layer), cosines[layer], ""));
                }
                table.add(
                        new Figure(
                                "rank correlation of depth and cosine, inside",
                                calibration.rise(),
                                ""));
                table.add(
                        new Figure(
                                "nothing left out",
                                calibration.cost(calibration.of(NOTHING)).surprise(),
                                "nats/token"));
                List<Arms> arms = new ArrayList<>();
                for (double share : SHARES) {
                    trial.progress().accept("%.0f %% left out".formatted(100 * share));
                    arms.add(Arms.of(calibration, share));
                    table.addAll(arms.getLast().figures());
                }
                Arms quarter = arms.getLast();
                return new Outcome(
                        new Figure("by chance, a quarter", quarter.blind.surprise(), "nats/token"),
                        new Figure(
                                "by the rule, a quarter", quarter.ruled.surprise(), "nats/token"),
                        quarter.ordered() && calibration.rises(),
                        table);
            }
        }
    }

    private static final Skipping.Rule NOTHING = new Skipping.Fixed(Set.of());

    /// Ways of leaving out about as much.
    ///
    /// @param least the cosine of the rule
    /// @param layers whole layers, as many as have the multiplications of that many parts
    private record Arms(
            double least,
            SkipCalibration.Cost ruled,
            SkipCalibration.Cost fixed,
            SkipCalibration.Cost blind,
            SkipCalibration.Cost layers) {
        private static final double PART = 2.0 / 3; // of a layer's multiplications

        static Arms of(SkipCalibration calibration, double share) {
            Set<Integer> fixedLayers = calibration.mostAlike(share);
            SkipCalibration.Cost fixed =
                    calibration.cost(calibration.of(new Skipping.Fixed(fixedLayers)));
            double reached = fixed.skipped(); // whole layers: the nearest share
            Skipping similar = calibration.similar(reached);
            double inside = (double) (calibration.end() - calibration.first()) / DEEP.layers();
            double blind = Math.min(reached / inside, 1);
            return new Arms(
                    ((Skipping.Similar) similar.rule()).least(),
                    calibration.cost(similar),
                    fixed,
                    calibration.cost(calibration.of(new Skipping.AnyPart(blind))),
                    calibration.cost(
                            calibration.of(
                                    new Skipping.WholeLayers(
                                            calibration.mostAlike(PART * share)))));
        }

        boolean ordered() {
            return ruled.surprise() <= fixed.surprise()
                    && fixed.surprise() <= blind.surprise()
                    && fixed.surprise() <= layers.surprise();
        }

        List<Figure> figures() {
            String name = "%.0f %%".formatted(100 * fixed.skipped());
            return List.of(
                    new Figure(name + ", least cosine", least, ""),
                    new Figure(name + ", by the rule: share", ruled.skipped(), ""),
                    new Figure(name + ", by the rule", ruled.surprise(), "nats/token"),
                    new Figure(name + ", fixed layers", fixed.surprise(), "nats/token"),
                    new Figure(name + ", by chance: share", blind.skipped(), ""),
                    new Figure(name + ", by chance", blind.surprise(), "nats/token"),
                    new Figure(
                            name + ", as much in whole layers", layers.surprise(), "nats/token"));
        }
    }
}
