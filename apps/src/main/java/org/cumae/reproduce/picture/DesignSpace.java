package org.cumae.reproduce.picture;

import org.cumae.data.DataFolder;
import org.cumae.distribution.Frequencies;
import org.cumae.image.Jury;
import org.cumae.image.MannerPlan;
import org.cumae.image.MannerPlan.Course;
import org.cumae.image.PictureModel;
import org.cumae.image.Sheet;
import org.cumae.image.Watching;
import org.cumae.picture.Cells;
import org.cumae.picture.GridCode;
import org.cumae.picture.Manner;
import org.cumae.psi.Raster;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Painters.Made;
import org.cumae.train.Journal;
import org.cumae.train.picture.CodeTraining;
import org.cumae.train.text.TextCorpus;
import org.cumae.unit.PairTrainer;
import org.cumae.unit.PairTraining;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.picture.BottleneckShape;
import org.cumae.unit.picture.CodeQuality;
import org.cumae.unit.picture.LearnedCode;
import org.cumae.world.Pictures;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// What makes a model that draws codes good, one question at a time: which codes, how they are cut,
/// how large the model is, how it is guided, and whether it draws cell after cell or by masks.
///
/// @see <a href="https://arxiv.org/abs/2410.16257">Liu et al. 2024, ELM</a>
public final class DesignSpace implements Reproduction {
    private static final int BITS = 12;
    private static final int CELL = 4;
    private static final int BASE = 16;
    private static final int WIDTH = 8; // of vectors in the book
    private static final List<Double> STRENGTHS = List.of(1.5, 2.5, 4.0);
    private static final Map<String, String> NARROW =
            Map.of("model.width", "64", "model.inner", "176");
    private static final String TEXT = "text/tinyshakespeare.txt";
    private static final double HELD_OUT = 0.05; // of the text
    private static final int SHOWN = 16;
    private static final int LOOKED_AT = 300; // pictures
    private static final int READ = 2000;
    private static final int RADIUS = 2; // of looks that are near, in cells

    @Override
    public int method() {
        return 36;
    }

    @Override
    public String claim() {
        return "codes of bits are all used where a learned book's are not; cut into two codes a cell"
                + " they draw no worse than as one, and cut further they cost bits; guidance that"
                + " grows is better than one that does not; and at one of two sizes at least, cells one"
                + " after the other draw no worse than by masks; a larger model has fewer bits and looks"
                + " further (here: digits of 7 x 7 cells of 12 bits, cut 1-12, 2-6 and 3-4, beside a"
                + " book of 4,096; the best of three strengths; masks in 10 steps)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        try (Judge judge = new Judge(trial);
                Painters painters = new Painters(trial, judge)) {
            judge.floor(table);
            LearnedCode bits = taught(trial, judge, "bits", new BottleneckShape.Binary(BITS, 1));
            LearnedCode book =
                    taught(trial, judge, "book", new BottleneckShape.Book(1 << BITS, WIDTH));
            double usedBits = quality("bits", bits, trial, judge, table);
            double usedBook = quality("book", book, trial, judge, table);
            table.add(
                    new Figure(
                            "bits that are set in a tenth to nine tenths of cells",
                            lively(bits, judge.heldOut().pictures()),
                            "of 12"));
            uniformity(judge, bits, table);
            Map<String, Made> arms = new LinkedHashMap<>();
            arms.put("1-12", made(painters, "1-12", bits, Map.of()));
            arms.put("2-6", made(painters, "2-6", bits.cut(2), Map.of()));
            arms.put("3-4", made(painters, "3-4", bits.cut(3), Map.of()));
            arms.put("2-6, narrow", made(painters, "2-6, narrow", bits.cut(2), NARROW));
            arms.put("book", made(painters, "book", book, Map.of()));
            Map<String, Double> said = new HashMap<>(); // bits a held-out picture
            Map<String, Double> distances = new HashMap<>();
            arms.forEach(
                    (name, made) -> {
                        Cells manner = (Cells) made.model().manner();
                        double each = made.bits() * manner.code().length();
                        said.put(name, each);
                        table.add(new Figure(name + ", a held-out picture", each, "bits"));
                        distances.put(name, best(trial, judge, name, made.model(), table));
                    });
            double linear = growing(trial, judge, painters, "2-6", arms, table);
            double wideBy = byMasks(trial, judge, painters, bits, Map.of(), table);
            double narrow = growing(trial, judge, painters, "2-6, narrow", arms, table);
            double narrowBy = byMasks(trial, judge, painters, bits, NARROW, table);
            double far = far(judge, "2-6", arms, table);
            double narrowFar = far(judge, "2-6, narrow", arms, table);
            double one = Objects.requireNonNull(distances.get("1-12"));
            double two = Objects.requireNonNull(distances.get("2-6"));
            boolean holds =
                    usedBits > usedBook
                            && two <= one
                            && linear <= two
                            && (linear <= wideBy || narrow <= narrowBy)
                            && more(said, "3-4", "2-6")
                            && more(said, "2-6, narrow", "2-6")
                            && far > narrowFar;
            return new Outcome(
                    new Figure("one code of 12 bits a cell", one, "F-CNN"),
                    new Figure("two of 6", two, "F-CNN"),
                    holds,
                    table);
        }
    }

    private static boolean more(Map<String, Double> said, String one, String other) {
        return Objects.requireNonNull(said.get(one)) > Objects.requireNonNull(said.get(other));
    }

    /// The share of looks that goes further than 5 by 5 cells.
    private static double far(
            Judge judge, String name, Map<String, Made> arms, List<Figure> table) {
        Path folder = Objects.requireNonNull(arms.get(name)).folder();
        double far = Watching.of(folder, judge.heldOut().part(0, LOOKED_AT)).beyond(RADIUS);
        table.add(new Figure(name + ", looks further than 5 by 5 cells", 100 * far, "%"));
        return far;
    }

    private static LearnedCode taught(
            Trial trial, Judge judge, String name, BottleneckShape pinch) {
        trial.progress().accept("learning codes: " + name);
        List<Raster> pictures = judge.training().pictures();
        return new CodeTraining(trial.quick() ? 300 : 1500, 32, 2e-3, 1)
                .teach(
                        LearnedCode.fresh(pictures.getFirst(), CELL, BASE, pinch, 1),
                        pictures,
                        new Journal() {});
    }

    /// How many codes are as good as used, evenly: the perplexity over the number of codes.
    private static double quality(
            String name, LearnedCode code, Trial trial, Judge judge, List<Figure> table) {
        List<Raster> pictures = judge.heldOut().pictures().subList(0, trial.quick() ? 300 : 2000);
        CodeQuality quality = CodeQuality.of(code, pictures);
        table.add(new Figure(name + ", signal to noise", quality.psnr(), "dB"));
        table.add(new Figure(name + ", codes that occur", 100 * quality.usage(), "%"));
        table.add(new Figure(name + ", perplexity", quality.perplexity(), "of 4096"));
        List<Raster> shown = new ArrayList<>(pictures.subList(0, SHOWN));
        shown.stream().map(each -> code.write(code.read(each))).toList().forEach(shown::add);
        Pictures.write(
                new Sheet(SHOWN, 3, 4).of(shown), trial.folder().resolve("codes-" + name + ".png"));
        return quality.perplexity() / code.vocabulary();
    }

    private static int lively(LearnedCode code, List<Raster> pictures) {
        int[] set = new int[BITS];
        int cells = 0;
        for (Raster picture : pictures.subList(0, LOOKED_AT)) {
            for (int each : code.read(picture)) {
                cells++;
                for (int bit = 0; bit < BITS; bit++) {
                    set[bit] += each >> bit & 1;
                }
            }
        }
        int all = cells;
        return (int) IntStream.of(set).filter(s -> s >= all / 10 && s <= all - all / 10).count();
    }

    /// How far codes of pictures are from being equally frequent, and words of a text with as large
    /// a vocabulary.
    private static void uniformity(Judge judge, GridCode code, List<Figure> table) {
        int[] ids =
                judge.training().pictures().subList(0, READ).stream()
                        .flatMapToInt(picture -> IntStream.of(code.read(picture)))
                        .toArray();
        Path file = DataFolder.standard().find(TEXT, (_, _) -> {});
        String text = TextCorpus.read(file, HELD_OUT).training();
        Tokenizer words = PairTrainer.train(List.of(text), PairTraining.of(1 << BITS));
        int[] spoken = words.encode(text);
        uniformity("codes of pictures", ids, table);
        uniformity("pairs of bytes in plays", spoken, table);
    }

    private static void uniformity(String what, int[] ids, List<Figure> table) {
        Frequencies single = Frequencies.of(1 << BITS, ids);
        Frequencies pairs = Frequencies.ofPairs(1 << BITS, ids);
        table.add(new Figure(what + ", from uniform", single.toUniform(), "bits of 12"));
        table.add(new Figure(what + ", two in a row", pairs.toUniform(), "bits of 24"));
    }

    private static Made made(
            Painters painters, String name, GridCode code, Map<String, String> others) {
        Map<String, String> changes = painters.changes(Map.of("manner.order", "raster"), 1);
        changes.putAll(others);
        return painters.made(name, "digits-rings", changes, Cells.raster(code));
    }

    /// The distance of a model that draws two codes a cell by masks.
    private static double byMasks(
            Trial trial,
            Judge judge,
            Painters painters,
            LearnedCode bits,
            Map<String, String> others,
            List<Figure> table) {
        String name = "2-6 by masks" + (others.isEmpty() ? "" : ", narrow");
        Map<String, String> changes = painters.changes(others, 1);
        changes.putAll(others);
        changes.put("manner.order", "masks");
        Manner manner = MannerPlan.of(MannerPlan.Kind.MASKS).of(bits.cut(2));
        Made made = painters.made(name, "digits-rings", changes, manner);
        table.add(new Figure(name + ", a code that is hidden", made.bits(), "bits"));
        return best(trial, judge, name, made.model(), table);
    }

    /// The distance of an arm where guidance grows, as it does with masks.
    private static double growing(
            Trial trial,
            Judge judge,
            Painters painters,
            String name,
            Map<String, Made> arms,
            List<Figure> table) {
        Made made = Objects.requireNonNull(arms.get(name));
        PictureModel model = painters.drawing(made, made.model().plan().guided(Course.LINEAR));
        return best(trial, judge, name + ", guidance that grows", model, table);
    }

    /// The distance at the best strength of guidance.
    private static double best(
            Trial trial, Judge judge, String name, PictureModel model, List<Figure> table) {
        double best = Double.MAX_VALUE;
        long passes = 0;
        for (double strength : STRENGTHS) {
            trial.progress().accept("%s draws, guided %s".formatted(name, strength));
            Jury.Look look = judge.look(model, strength, 10);
            best = Math.min(best, look.likeness().features());
            passes = look.painted().getFirst().ledger().forwards();
            String what = "%s, guided %s".formatted(name, strength);
            table.add(new Figure(what, look.likeness().features(), "F-CNN"));
            table.add(new Figure(what + ", read as asked", 100 * look.accuracy(), "%"));
        }
        table.add(new Figure(name + ", passes of a picture", passes, "passes"));
        return best;
    }
}
