package org.cumae.reproduce.picture;

import org.cumae.image.Watching;
import org.cumae.picture.Cells;
import org.cumae.picture.Looks;
import org.cumae.picture.PyramidCode;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.ScaleSight.Past;
import org.cumae.picture.Scales;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;
import org.cumae.unit.picture.PictureSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Scales that do not look at coarser ones lose next to nothing, since what those told is in their
/// rows; and digits drawn so take a twelfth of raster's passes.
///
/// @see <a href="https://arxiv.org/abs/2505.12742">MVAR</a>
public final class ScalesAlone implements Reproduction {
    private static final double WORSE = 1.15; // times the baseline's distance
    private static final double MORE_BITS = 1.02;
    private static final double WINDOWS_BITS = 1.01;
    private static final double NEAR = 0.5;
    private static final int WINDOW = 5;
    private static final int LARGE_WINDOW = 7;
    private static final String TURNS = "[8, 1, 1]";
    private static final int SHOWN = 200; // pictures
    private static final int MOST_RADIUS = 3;

    @Override
    public int method() {
        return 43;
    }

    @Override
    public String claim() {
        return "attention between scales can be left out (here: held-out bits a code at most 1.02 times"
                + " those of the same transformer that sees all coarser scales, trained in the same"
                + " run, and 1.01 times as many at most with windows in the last scale; half of what"
                + " that transformer looks at beside itself is on its own scale and the one before;"
                + " digits in 4 passes instead of raster's 49, at most 1.15 times raster's distance"
                + " from real ones)";
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
            Painters.Made all = seeing(painters, "VAR", code, Past.ALL);
            Painters.Made last = seeing(painters, "scales that see the last", code, Past.LAST);
            Painters.Made window =
                    painters.made(
                            "MVAR with windows",
                            "digits-scales",
                            painters.changes(
                                    Map.of(
                                            "manner.window",
                                            Integer.toString(WINDOW),
                                            "manner.window-from",
                                            Integer.toString(code.sides().getLast())),
                                    0),
                            new Scales(
                                    code,
                                    new ScaleSight(Past.NONE, WINDOW, code.sides().getLast())));
            Painters.Made turns =
                    painters.made(
                            "MVAR in turns",
                            "digits-scales",
                            painters.changes(Map.of("turns", TURNS), 0),
                            scales(code, Past.NONE));
            table.add(new Figure("VAR, trained alike", all.bits(), "bits/code"));
            table.add(new Figure("MVAR, trained alike", none.bits(), "bits/code"));
            table.add(
                    new Figure(
                            "MVAR with windows of %d by %d in the last scale"
                                    .formatted(WINDOW, WINDOW),
                            window.bits(),
                            "bits/code"));
            table.add(new Figure("each scale sees the last one too", last.bits(), "bits/code"));
            table.add(new Figure("MVAR learned in turns, " + TURNS, turns.bits(), "bits/code"));
            double near = looks(Watching.of(all.folder(), shown(judge)), code, table);
            ScaleCosts.table(
                    List.of(
                            ScaleSight.of(Past.ALL),
                            ScaleSight.of(Past.NONE),
                            new ScaleSight(Past.NONE, LARGE_WINDOW, LARGE_WINDOW + 1)),
                    table);
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
                            && none.bits() <= MORE_BITS * all.bits()
                            && window.bits() <= WINDOWS_BITS * none.bits()
                            && near >= NEAR;
            return new Outcome(
                    new Figure("raster", raster.features(), "F-CNN"),
                    new Figure("MVAR", alone.features(), "F-CNN"),
                    holds,
                    table);
        }
    }

    private static Painters.Made seeing(
            Painters painters, String name, PyramidCode code, Past past) {
        return painters.made(
                name,
                "digits-scales",
                painters.changes(Map.of("manner.past", past.name().toLowerCase(Locale.ROOT)), 0),
                scales(code, past));
    }

    private static PictureSet shown(Judge judge) {
        return judge.heldOut().part(0, SHOWN);
    }

    /// Where the rows of a model that sees all scales look.
    ///
    /// @return of looks at other rows, the share that goes to the own scale and the one before
    private static double looks(Looks looks, PyramidCode code, List<Figure> table) {
        double[][] grids = looks.grids();
        for (int looking = 1; looking < grids.length; looking++) {
            for (int seen = 0; seen <= looking; seen++) {
                table.add(
                        new Figure(
                                "VAR, scale of side %d looks at that of side %d"
                                        .formatted(
                                                code.sides().get(looking), code.sides().get(seen)),
                                100 * grids[looking][seen],
                                "%"));
            }
        }
        table.add(
                new Figure(
                        "VAR, looks at others that go to the own scale and the one before",
                        100 * looks.near(),
                        "%"));
        for (int radius = 0; radius <= MOST_RADIUS; radius++) {
            table.add(
                    new Figure(
                            "VAR, of looks at the scale before, within radius " + radius,
                            100 * looks.within(Looks.Among.LAST, radius),
                            "%"));
        }
        return looks.near();
    }

    private static Scales scales(PyramidCode code, Past past) {
        return new Scales(code, ScaleSight.of(past));
    }
}
