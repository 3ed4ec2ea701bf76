package org.cumae.reproduce.picture;

import org.cumae.image.PictureModel;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.PatchLatent;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where many patches are drawn at once, they must know each other: with few steps, patches that
/// come out of noise together are nearer to real ones than patches that come out alone, and with
/// many steps by less.
///
/// The paper's second phase, its joint head, without the pivots of its first.
///
/// @see <a href="https://arxiv.org/abs/2505.20288">Hi-MAR</a>
public final class MaskedTogether implements Reproduction {
    private static final int FEW = 2;
    private static final int MANY = 8;
    private static final double WORSE = 1.2; // what a head for each patch costs in few steps

    @Override
    public int method() {
        return 29;
    }

    @Override
    public String claim() {
        return "a head that draws all patches together needs few steps (here: digits of 7 x 7 hidden"
                + " patches in 2 steps, a head for each patch by itself at 1.2 times its distance from"
                + " real digits or more, and less of a difference in 8 steps; both trained alike in"
                + " this run, without low-resolution pivots)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            PatchLatent latent = ((FlowManner) painters.bundled("digits-flow").manner()).latent();
            Scores together = scores("together", latent, painters, judge, table);
            Scores alone = scores("alone", latent, painters, judge, table);
            double few = alone.few().features() / together.few().features();
            double many = alone.many().features() / together.many().features();
            table.add(new Figure("alone over together, " + FEW + " steps", few, "times"));
            table.add(new Figure("alone over together, " + MANY + " steps", many, "times"));
            return new Outcome(
                    new Figure("patches alone, 2 steps", alone.few().features(), "F-CNN"),
                    new Figure("patches together, 2 steps", together.few().features(), "F-CNN"),
                    few >= WORSE && many < few,
                    table);
        }
    }

    private record Scores(Score few, Score many) {}

    private static Scores scores(
            String reach, PatchLatent latent, Painters painters, Judge judge, List<Figure> table) {
        Map<String, String> changes = new HashMap<>(painters.flowing());
        String steps = changes.getOrDefault("manner.flow.steps", "24");
        changes.remove("manner.flow.steps");
        changes.put("manner.order", "masks");
        changes.put("model.reach", reach);
        changes.put("manner.flow", "{reveals: %d, steps: %s}".formatted(FEW, steps));
        Painters.Made made =
                painters.made(
                        "patches " + reach, "digits-flow", changes, new FlowMasks(latent, FEW));
        PictureModel slower = painters.revealing(made, MANY);
        Score few = judge.score("%s, %d steps".formatted(reach, FEW), made.model());
        few.table("%s, %d steps".formatted(reach, FEW), table);
        Score many = judge.score("%s, %d steps".formatted(reach, MANY), slower);
        many.table("%s, %d steps".formatted(reach, MANY), table);
        table.add(new Figure(reach + ", missed velocity", made.nats(), "mean square"));
        return new Scores(few, many);
    }
}
