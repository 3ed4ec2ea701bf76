package org.cumae.reproduce.picture;

import org.cumae.distribution.Sampling;
import org.cumae.flow.GroupTimes;
import org.cumae.flow.Solver;
import org.cumae.image.CodePlan;
import org.cumae.image.PictureModel;
import org.cumae.image.PictureModel.Wish;
import org.cumae.image.Sheet;
import org.cumae.naming.ModelShelf;
import org.cumae.noise.Noise;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.Line;
import org.cumae.psi.Raster;
import org.cumae.recipe.PictureRecipe;
import org.cumae.recipe.Recipes;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;
import org.cumae.train.Journal;
import org.cumae.unit.picture.CodeQuality;
import org.cumae.unit.picture.DiffusionCode;
import org.cumae.world.Pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Codes that are told to noise group by group: the first say what is where, and a line that is
/// written from them on is written better than backwards.
///
/// @see <a href="https://arxiv.org/abs/2505.23660">Gao and Shou 2025, D-AR</a>
public final class CoarseFirst implements Reproduction {
    private static final String BUNDLED = "digits-dar";
    private static final int SHOWN = 12; // pictures on the strip of previews
    private static final int EARLY = 3; // groups behind which a digit should be known
    private static final int LATER = 5;
    private static final double KNOWN_EARLY = 0.7;
    private static final double KNOWN_LATER = 0.9;
    private static final int LAYOUT = 2; // groups that are kept of another picture
    private static final double ALIKE = 0.2; // more of a correlation than with other pictures
    private static final double BETTER = 0.9; // forward over backward, F-CNN

    @Override
    public int method() {
        return 48;
    }

    @Override
    public String claim() {
        return "codes that are told group by group on the way out of noise say the coarse first: previews"
                + " behind each group come nearer to the picture, and a causal model writes such a line"
                + " better than the same line backwards (here: digits as 32 codes of 256 in 8 groups;"
                + " the digit is the final one's behind 3 groups in 70 % and behind 5 in 90 %, the"
                + " distance from real digits is a tenth less than backwards, and 8 codes of another"
                + " picture give its layout, a correlation of .2 more than with others)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            DiffusionCode code = code(trial, judge, painters);
            int count = trial.quick() ? 200 : 500;
            List<Raster> pictures = judge.heldOut().pictures().subList(0, count);
            trial.progress().accept("reading and previewing %d digits".formatted(count));
            List<int[]> codes = code.read(pictures);
            Previews previews = Previews.of(code, codes);
            previews.strip(trial);
            boolean nearer = previews.come(judge, table);
            previews.bands(pictures, table);
            withoutGroups(code, codes.subList(0, count / 2), previews, table);
            solvers(code, pictures, trial, judge, table);
            Score forward = score("forward", code, painters, judge, table);
            Score backward = score("backward", code, painters, judge, table);
            score("shuffled", code, painters, judge, table);
            boolean layout = layout(painters, code, pictures, table);
            return new Outcome(
                    new Figure("backward", backward.features(), "F-CNN"),
                    new Figure("forward", forward.features(), "F-CNN"),
                    nearer && layout && forward.features() <= BETTER * backward.features(),
                    table);
        }
    }

    /// The bundled model's codes where it must be quick, and else what its recipe makes of them.
    private static DiffusionCode code(Trial trial, Judge judge, Painters painters) {
        if (trial.quick()) {
            return (DiffusionCode) ((Line) painters.bundled(BUNDLED).manner()).code();
        }
        trial.progress().accept("learning codes");
        return (DiffusionCode) plan(Map.of()).learn(judge.training().pictures(), new Journal() {});
    }

    private static CodePlan plan(Map<String, String> changes) {
        return ((PictureRecipe)
                        Recipes.read(
                                ModelShelf.standard().find(BUNDLED).resolve("recipe.yaml"),
                                changes))
                .unit();
    }

    /// What is thought of pictures behind each group.
    ///
    /// @param of `[picture][group]`; the last is as written
    private record Previews(List<List<Raster>> of) {
        static Previews of(EmergingCode code, List<int[]> codes) {
            return new Previews(
                    IntStream.range(0, codes.size())
                            .mapToObj(i -> emerged(code, Noise.of(1, i), codes.get(i)))
                            .toList());
        }

        private static List<Raster> emerged(EmergingCode code, Noise noise, int... codes) {
            List<Raster> previews = new ArrayList<>();
            try (EmergingCode.Emergence picture = code.begin(noise)) {
                for (int each : codes) {
                    picture.push(each).ifPresent(previews::add);
                }
            }
            return previews;
        }

        int groups() {
            return of.getFirst().size();
        }

        List<Raster> behind(int groups) {
            return of.stream().map(each -> each.get(groups - 1)).toList();
        }

        void strip(Trial trial) {
            Pictures.write(
                    new Sheet(groups(), 3, 4)
                            .of(of.subList(0, SHOWN).stream().flatMap(List::stream).toList()),
                    trial.folder().resolve("previews.png"));
        }

        /// Whether each is nearer to the last than the one before, and soon the same digit.
        boolean come(Judge judge, List<Figure> table) {
            List<Integer> last = judge.read(behind(groups()));
            boolean nearer = true;
            double before = Double.MAX_VALUE;
            for (int groups = 1; groups <= groups(); groups++) {
                double error = Spectrum.error(behind(groups), behind(groups()));
                List<Integer> read = judge.read(behind(groups));
                double agree =
                        IntStream.range(0, last.size())
                                        .filter(i -> read.get(i).equals(last.get(i)))
                                        .count()
                                / (double) last.size();
                String what = "behind %d groups of %d".formatted(groups, groups());
                table.add(new Figure(what + ", from the picture as written", error, "RMSE"));
                table.add(new Figure(what + ", the digit that is written", 100 * agree, "%"));
                nearer &= error < before;
                nearer &= groups != EARLY || agree > KNOWN_EARLY;
                nearer &= groups != LATER || agree > KNOWN_LATER;
                before = error;
            }
            return nearer;
        }

        /// How much of slow and of fast changes the first two groups tell, and all of them.
        void bands(List<Raster> pictures, List<Figure> table) {
            for (int groups : new int[] {LAYOUT, groups()}) {
                String what = "told by %d groups, of changes ".formatted(groups);
                for (boolean slow : new boolean[] {true, false}) {
                    table.add(
                            new Figure(
                                    what + (slow ? "slower than a quarter" : "faster"),
                                    100 * Spectrum.told(pictures, behind(groups), slow),
                                    "%"));
                }
            }
        }
    }

    /// What is lost where the codes of a group are those of another picture.
    private static void withoutGroups(
            DiffusionCode code, List<int[]> codes, Previews previews, List<Figure> table) {
        int each = code.length() / code.groups();
        List<Raster> written = previews.behind(code.groups()).subList(0, codes.size());
        for (int group = 0; group < code.groups(); group++) {
            List<int[]> changed = new ArrayList<>();
            for (int i = 0; i < codes.size(); i++) {
                int[] line = codes.get(i).clone();
                int[] other = codes.get((i + 1) % codes.size());
                System.arraycopy(other, group * each, line, group * each, each);
                changed.add(line);
            }
            double error =
                    Spectrum.error(Previews.of(code, changed).behind(code.groups()), written);
            table.add(
                    new Figure("group %d of another picture".formatted(group + 1), error, "RMSE"));
        }
    }

    /// How well codes are written in several ways, and those that are told all at once.
    private static void solvers(
            DiffusionCode code,
            List<Raster> pictures,
            Trial trial,
            Judge judge,
            List<Figure> table) {
        trial.progress().accept("writing digits in several ways");
        List<Raster> some = pictures.subList(0, pictures.size() / 2);
        GroupTimes times = code.times();
        List<Double> way = times.times(times.groups());
        decibels("by length", code.through(new Solver.AdamsBashforth(way, true)), some, table);
        decibels("as if even", code.through(new Solver.AdamsBashforth(way, false)), some, table);
        decibels("Euler", code.through(new Solver.Euler(way)), some, table);
        CodeQuality quality = CodeQuality.of(code, some);
        table.add(new Figure("codes that occur", 100 * quality.usage(), "%"));
        table.add(new Figure("perplexity", quality.perplexity(), "of " + code.vocabulary()));
        if (!trial.quick()) {
            trial.progress().accept("learning codes of one group");
            DiffusionCode whole =
                    (DiffusionCode)
                            plan(Map.of("unit.line.groups", "1"))
                                    .learn(judge.training().pictures(), new Journal() {});
            List<Double> eight = whole.times().times(times.groups());
            decibels(
                    "one group, by length",
                    whole.through(new Solver.AdamsBashforth(eight, true)),
                    some,
                    table);
        }
    }

    private static void decibels(
            String what, DiffusionCode code, List<Raster> pictures, List<Figure> table) {
        table.add(new Figure("written " + what, CodeQuality.of(code, pictures).psnr(), "dB"));
    }

    private static Score score(
            String direction,
            DiffusionCode code,
            Painters painters,
            Judge judge,
            List<Figure> table) {
        Map<String, String> changes = painters.changes(Map.of("manner.direction", direction), 0);
        Painters.Made made =
                painters.made(
                        direction,
                        BUNDLED,
                        changes,
                        ((PictureRecipe)
                                        Recipes.read(
                                                ModelShelf.standard()
                                                        .find(BUNDLED)
                                                        .resolve("recipe.yaml"),
                                                changes))
                                .manner()
                                .of(code));
        table.add(
                new Figure(
                        direction + ", a held-out picture", made.bits() * code.length(), "bits"));
        Score score = judge.score(direction, made.model());
        score.table(direction, table);
        return score;
    }

    /// Whether pictures of another digit behind the first codes of a picture are like it.
    private static boolean layout(
            Painters painters, DiffusionCode code, List<Raster> pictures, List<Figure> table) {
        PictureModel model = painters.bundled(BUNDLED);
        int kept = LAYOUT * code.length() / code.groups();
        List<Raster> references = pictures.subList(0, 60);
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < references.size(); i++) {
            Wish plain =
                    new Wish(OptionalInt.of(i % model.classes().size()), 4, Sampling.PLAIN, 5, i);
            wishes.add(plain.behind(model.codes(references.get(i)).subList(0, kept)));
        }
        List<Raster> made = model.draw(wishes).stream().map(PictureModel.Painted::picture).toList();
        double own = 0;
        double others = 0;
        for (int i = 0; i < made.size(); i++) {
            own += Spectrum.correlation(references.get(i), made.get(i)) / made.size();
            Raster other = references.get((i + 1) % references.size());
            others += Spectrum.correlation(other, made.get(i)) / made.size();
        }
        table.add(new Figure("behind 8 codes, like that picture", own, "correlation"));
        table.add(new Figure("behind 8 codes, like another", others, "correlation"));
        return own > others + ALIKE;
    }
}
