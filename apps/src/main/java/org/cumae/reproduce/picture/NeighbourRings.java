package org.cumae.reproduce.picture;

import org.cumae.picture.Cells;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Digits drawn ring after ring take a quarter of the passes of digits drawn patch by patch, and
/// are about as like real ones.
///
/// @see <a href="https://arxiv.org/abs/2503.10696">He et al. 2025, NAR</a>
public final class NeighbourRings implements Reproduction {
    private static final double WORSE = 1.15; // times the baseline's distance

    @Override
    public int method() {
        return 31;
    }

    @Override
    public String claim() {
        return "an n x n grid of codes is drawn in 2n - 1 passes instead of n x n, with one head for"
                + " each direction, and pictures are no worse (here: digits of 7 x 7 codes in 13 passes"
                + " instead of 49, at most 1.15 times raster's distance from real ones; and with one"
                + " head for both directions at least twice NAR's)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            Cells cells = (Cells) painters.bundled("digits-rings").manner();
            Score raster = painters.raster(cells, table);
            Score rings =
                    judge.score(
                            "rings",
                            painters.quickly(
                                    "rings",
                                    "digits-rings",
                                    "digits-rings",
                                    painters.changes(Map.of(), 0),
                                    cells));
            rings.table("rings", table);
            table.add(
                    new Figure(
                            "raster's time over rings', 64 side by side",
                            raster.seconds() / rings.seconds(),
                            "times"));
            boolean holds =
                    2 * rings.passes() <= raster.passes()
                            && rings.features() <= WORSE * raster.features();
            if (!trial.quick()) {
                Painters.Made shared =
                        painters.made(
                                "rings with one head",
                                "digits-rings",
                                painters.changes(Map.of("manner.mixture", "shared"), 1),
                                Cells.rings(cells.code(), Cells.Mixture.SHARED));
                Score one = judge.score("rings with one head", shared.model());
                one.table("rings with one head", table);
                holds &= one.features() >= 2 * rings.features();
            }
            return new Outcome(
                    new Figure("raster", raster.features(), "F-CNN"),
                    new Figure("rings", rings.features(), "F-CNN"),
                    holds,
                    table);
        }
    }
}
