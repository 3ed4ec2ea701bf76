package org.cumae.reproduce.picture;

import org.cumae.image.PictureModel;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowCells.Past;
import org.cumae.picture.FlowManner;
import org.cumae.picture.Latent;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A model that has seen the past as noise is not led astray by its own: squares drawn late are
/// nearer to real ones than those of a model that has seen a clean past.
///
/// @see <a href="https://arxiv.org/abs/2502.20388">xAR</a>
public final class NoisyContext implements Reproduction {
    private static final int SIDE = 2;
    private static final double WORSE = 1.15; // what a clean past costs

    @Override
    public int method() {
        return 8;
    }

    @Override
    public String claim() {
        return "squares of real vectors that are learned behind noisy ones are drawn better than those"
                + " learned behind clean ones (here: digits in 16 squares of 2 x 2 patches, a clean"
                + " past at 1.15 times the distance from real digits or more, and its last square"
                + " further off; both trained alike in this run)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            Latent latent = ((FlowManner) painters.bundled("digits-flow").manner()).latent();
            Drawn noisy = drawn(latent, SIDE, Past.NOISY, painters, judge, table);
            Drawn clean = drawn(latent, SIDE, Past.CLEAN, painters, judge, table);
            boolean holds =
                    clean.score().features() >= WORSE * noisy.score().features()
                            && clean.last() >= noisy.last();
            if (!trial.quick()) {
                for (int side : new int[] {1, 4, latent.down()}) {
                    drawn(latent, side, Past.NOISY, painters, judge, table);
                }
            }
            return new Outcome(
                    new Figure("behind clean squares", clean.score().features(), "F-CNN"),
                    new Figure("behind noisy squares", noisy.score().features(), "F-CNN"),
                    holds,
                    table);
        }
    }

    /// What was made of it.
    ///
    /// @param last how far the last square is from real ones
    private record Drawn(Score score, double last) {}

    private static Drawn drawn(
            Latent latent,
            int side,
            Past past,
            Painters painters,
            Judge judge,
            List<Figure> table) {
        String name =
                "squares of %d, %s past".formatted(side, past.name().toLowerCase(Locale.ROOT));
        FlowCells manner = new FlowCells(latent, side, past);
        Map<String, String> changes = new HashMap<>(painters.flowing());
        changes.put("manner.order", "squares");
        changes.put(
                "manner.flow",
                "{square: %d, past: %s, steps: %s}"
                        .formatted(
                                side,
                                past.name().toLowerCase(Locale.ROOT),
                                changes.getOrDefault("manner.flow.steps", "24")));
        changes.remove("manner.flow.steps");
        // as many blocks as those of scales and their values together
        changes.put("model.layers", changes.containsKey("model.flow") ? "4" : "6");
        Painters.Made made = painters.made(name, "digits-flow", changes, manner);
        PictureModel model = made.model();
        Score score = judge.score(name, model);
        score.table(name, table);
        List<Double> drift = judge.drift(model, manner);
        table.add(new Figure(name + ", first square", drift.getFirst(), "F-pixels"));
        table.add(new Figure(name + ", last square", drift.getLast(), "F-pixels"));
        table.add(new Figure(name + ", missed velocity", made.nats(), "mean square"));
        return new Drawn(score, drift.getLast());
    }
}
