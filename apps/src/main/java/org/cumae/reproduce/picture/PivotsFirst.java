package org.cumae.reproduce.picture;

import org.cumae.net.FlowShape.Reach;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
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

/// Behind a small copy, patches that come out of noise together need few steps: as good as masks
/// without one in many steps. And in few steps they must know each other.
///
/// @see <a href="https://arxiv.org/abs/2505.20288">Hi-MAR</a>
public final class PivotsFirst implements Reproduction {
    private static final int SIDE = 4; // of the copy, in patches
    private static final int COPY = 8; // steps
    private static final int FEWEST = 2;
    private static final int FEW = 4;
    private static final int SOME = 16;
    private static final double BETTER = 0.7; // few steps of pivots over few of masks
    private static final double AS_GOOD = 1.1; // few steps of pivots over some of masks
    private static final double WORSE = 1.2; // what a head for each patch costs in the fewest steps

    @Override
    public int method() {
        return 29;
    }

    @Override
    public String claim() {
        return "behind a small copy few steps are enough (here: digits of 7 x 7 patches behind 4 x 4 in"
                + " 4 steps, at 0.7 times the distance from real digits of masks alone in 4 steps or"
                + " less, and at 1.1 times that of 16 or less in fewer passes; and in 2 steps a head"
                + " for each patch at 1.2 times the distance of one for all or more; all trained"
                + " alike in this run)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            Latent latent = ((FlowManner) painters.bundled("digits-flow").manner()).latent();
            Painting masks =
                    painting("masks", new FlowMasks(latent, FEW), Reach.ALONE, painters, table);
            FlowPivots pivots = FlowPivots.of(latent, SIDE, COPY, FEW);
            Painting together = painting("pivots", pivots, Reach.TOGETHER, painters, table);
            Painting alone = painting("pivots, alone", pivots, Reach.ALONE, painters, table);
            Score some = masks.score(SOME, painters, judge, table);
            Score plain = masks.score(FEW, painters, judge, table);
            if (!trial.quick()) {
                masks.score(latent.length(), painters, judge, table);
                together.score(1, painters, judge, table);
                alone.score(1, painters, judge, table);
            }
            Score few = together.score(FEW, painters, judge, table);
            Score fewest = together.score(FEWEST, painters, judge, table);
            alone.score(FEW, painters, judge, table);
            double apart =
                    alone.score(FEWEST, painters, judge, table).features() / fewest.features();
            table.add(new Figure("alone over together, 2 steps", apart, "times"));
            return new Outcome(
                    new Figure("masks, 4 steps", plain.features(), "F-CNN"),
                    new Figure("pivots, 4 steps", few.features(), "F-CNN"),
                    few.features() <= BETTER * plain.features()
                            && few.features() <= AS_GOOD * some.features()
                            && few.passes() < some.passes()
                            && apart >= WORSE,
                    table);
        }
    }

    /// A model that is made in this run, whose steps can be chosen.
    private record Painting(String name, Painters.Made made) {
        Score score(int steps, Painters painters, Judge judge, List<Figure> table) {
            String called = "%s, %d steps".formatted(name, steps);
            Score score = judge.score(called, painters.revealing(made, steps));
            score.table(called, table);
            return score;
        }
    }

    private static Painting painting(
            String name, FlowManner manner, Reach reach, Painters painters, List<Figure> table) {
        Map<String, String> changes = new HashMap<>(painters.flowing());
        String steps = changes.getOrDefault("manner.flow.steps", "24");
        changes.remove("manner.flow.steps");
        changes.put("manner.order", "masks");
        changes.put("model.reach", reach.name().toLowerCase(Locale.ROOT));
        changes.put(
                "manner.flow",
                manner instanceof FlowPivots
                        ? "{pivots: %d, pivot-reveals: %d, reveals: %d, steps: %s}"
                                .formatted(SIDE, COPY, FEW, steps)
                        : "{reveals: %d, steps: %s}".formatted(FEW, steps));
        Painters.Made made = painters.made(name, "digits-flow", changes, manner);
        table.add(new Figure(name + ", loss", made.nats(), "mean square"));
        return new Painting(name, made);
    }
}
