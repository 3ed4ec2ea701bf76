package org.cumae.reproduce.picture;

import org.cumae.picture.Cells;
import org.cumae.picture.PyramidCode;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.ScaleSight.Past;
import org.cumae.picture.Scales;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Scales that do not look at coarser ones lose next to nothing, since what those told is in their
/// rows; and digits drawn so take a twelfth of raster's passes.
///
/// @see <a href="https://arxiv.org/abs/2505.12742">MVAR</a>
public final class ScalesAlone implements Reproduction {
    private static final double WORSE = 1.15; // times the baseline's distance
    private static final double MORE_BITS = 1.02;

    @Override
    public int method() {
        return 43;
    }

    @Override
    public String claim() {
        return "attention between scales can be left out (here: held-out bits a code at most 1.02 times"
                + " those of the same transformer that sees all coarser scales, trained in the same"
                + " run; digits in 4 passes instead of raster's 49, at most 1.15 times raster's"
                + " distance from real ones)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            Scales manner = (Scales) painters.bundled("digits-scales").manner();
            Cells cells = (Cells) painters.bundled("digits-rings").manner();
            PyramidCode code = manner.code();
            Score raster = painters.raster(cells, table);
            Painters.Made none =
                    painters.made(
                            "MVAR",
                            "digits-scales",
                            painters.changes(Map.of(), 0),
                            scales(code, Past.NONE));
            Score alone =
                    judge.score(
                            "MVAR",
                            trial.quick() ? painters.bundled("digits-scales") : none.model());
            alone.table("MVAR", table);
            Painters.Made all =
                    painters.made(
                            "VAR",
                            "digits-scales",
                            painters.changes(Map.of("manner.past", "all"), 0),
                            scales(code, Past.ALL));
            table.add(new Figure("VAR, trained alike", all.bits(), "bits/code"));
            table.add(new Figure("MVAR, trained alike", none.bits(), "bits/code"));
            for (Past past : Past.values()) {
                table.add(
                        new Figure(
                                "pairs of places that see each other, past " + past,
                                ScaleSight.of(past).pairs(code.sides()),
                                "pairs"));
            }
            table.add(new Figure("rows that VAR remembers", code.length(), "rows"));
            table.add(new Figure("rows that MVAR remembers", 1, "rows"));
            boolean holds =
                    4 * alone.passes() <= raster.passes()
                            && alone.features() <= WORSE * raster.features()
                            && none.bits() <= MORE_BITS * all.bits();
            return new Outcome(
                    new Figure("raster", raster.features(), "F-CNN"),
                    new Figure("MVAR", alone.features(), "F-CNN"),
                    holds,
                    table);
        }
    }

    private static Scales scales(PyramidCode code, Past past) {
        return new Scales(code, ScaleSight.of(past));
    }
}
