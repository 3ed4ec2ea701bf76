package org.cumae.reproduce.picture;

import org.cumae.picture.FlowScales;
import org.cumae.picture.Latent;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What tells values where they belong is that each is told by its own row; that they come out of
/// noise together helps as well; and scales do not cost what they are made of.
///
/// @see <a href="https://arxiv.org/abs/2412.15205">FlowAR</a>
public final class FlowingScales implements Reproduction {
    private static final double SPATIAL = 0.6; // times the distance with one mean for all
    private static final double TOGETHER = 0.9; // times the distance of values drawn alone
    private static final double SCALES = 1.1; // times the distance of one scale alone

    @Override
    public int method() {
        return 21;
    }

    @Override
    public String claim() {
        return "real vectors that come out of noise scale after scale are told each by its own row"
                + " (here: at most 0.6 times the distance from real digits that one mean of the rows"
                + " gives, at most 0.9 times that of values that do not know each other, and without"
                + " --quick at most 1.1 times that of one scale alone with as many weights; all"
                + " trained alike in this run)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            FlowScales manner = (FlowScales) painters.bundled("digits-flow").manner();
            Latent latent = manner.latent();
            Score each = score("each told", Map.of(), manner, painters, judge, table);
            Score mean =
                    score(
                            "all told by the mean",
                            Map.of("model.told", "mean"),
                            manner,
                            painters,
                            judge,
                            table);
            Score alone =
                    score(
                            "values alone",
                            Map.of("model.reach", "alone"),
                            manner,
                            painters,
                            judge,
                            table);
            boolean holds =
                    each.features() <= SPATIAL * mean.features()
                            && each.features() <= TOGETHER * alone.features();
            if (!trial.quick()) {
                judge.score("bundled", painters.bundled("digits-flow")).table("bundled", table);
                int side = latent.down();
                Score one =
                        score(
                                "one scale",
                                Map.of(
                                        "manner.flow.sides",
                                        "[" + side + "]",
                                        "model.layers",
                                        "1",
                                        "model.flow",
                                        "5"),
                                new FlowScales(latent, List.of(side)),
                                painters,
                                judge,
                                table);
                holds &= each.features() <= SCALES * one.features();
            }
            return new Outcome(
                    new Figure("all told by the mean", mean.features(), "F-CNN"),
                    new Figure("each told by its own row", each.features(), "F-CNN"),
                    holds,
                    table);
        }
    }

    private static Score score(
            String name,
            Map<String, String> change,
            FlowScales manner,
            Painters painters,
            Judge judge,
            List<Figure> table) {
        Map<String, String> changes = new HashMap<>(painters.flowing());
        changes.putAll(change);
        Painters.Made made = painters.made(name, "digits-flow", changes, manner);
        Score score = judge.score(name, made.model());
        score.table(name, table);
        table.add(new Figure(name + ", missed velocity", made.nats(), "mean square"));
        return score;
    }
}
