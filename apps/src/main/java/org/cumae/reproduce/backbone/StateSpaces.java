package org.cumae.reproduce.backbone;

import org.cumae.data.DataFolder;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Start;
import org.cumae.net.StretchCost;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.train.text.AskedTokens;
import org.cumae.train.text.AskedTokens.Questions;
import org.cumae.unit.picture.PictureSet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a token costs a state space does not grow with the text, in time and in memory; one that
/// chooses what it keeps learns what one that treats all rows alike does not; and it writes text
/// about as well as a transformer of its size.
///
/// @see <a href="https://arxiv.org/abs/2503.18970">a survey of structured state spaces, 2025</a>
public final class StateSpaces implements Reproduction {
    private static final double MOST_GROWTH = 1.2;
    private static final double LEAST_OF_ATTENTION = 2;
    private static final double MOST_BITS = 0.05; // more than a transformer
    private static final double LEAST_RIGHT = 0.95;
    private static final double LEAST_LEAD = 0.3; // of selection
    private static final double LEAST_OF_START = 0.05; // of eigenvalues that HiPPO gives
    private static final int WIDTH = 64; // of the small bodies that are taught tasks
    private static final int LAYERS = 2;
    private static final int BATCH = 32; // sequences
    private static final int EXAM = 256; // sequences
    private static final int SCANNED = 2048; // rows
    private static final String DIGITS = "images/mnist-t10k-images-idx3-ubyte.gz";
    private static final String RIGHT = "% right";

    @Override
    public int method() {
        return 47;
    }

    @Override
    public String claim() {
        return "A token costs a state space as much time and memory after thousands of tokens as at"
                + " the start (here, 4 layers 256 wide: Mamba and Mamba-2 at most 1.2 times the time"
                + " and not a byte more, where a transformer with its cache takes more than twice);"
                + " selective ones say more than 95 % of symbols that stood among blanks, S4D 30"
                + " points less; where eigenvalues begin decides what is remembered of a long signal"
                + " (digits pixel by pixel: HiPPO's at least 5 points more than random ones); and"
                + " selective ones write text with at most 0.05 bits a character more than a"
                + " transformer of their size";
    }

    @Override
    public Outcome run(Trial trial) {
        int most = trial.quick() ? 4096 : 8192;
        List<Figure> table = new ArrayList<>();
        boolean copies = copying(trial, table);
        inducing(trial, table);
        boolean starts = reading(trial, table);
        boolean writes = writing(trial, table);
        scanning(trial, table);
        List<DecodingCost> costs = DecodingCost.all(most, trial);
        costs.forEach(cost -> table.addAll(cost.figures()));
        DecodingCost attention = costs.getFirst();
        List<DecodingCost> constant = costs.subList(1, 3);
        boolean cheap =
                attention.growth() >= LEAST_OF_ATTENTION
                        && constant.stream()
                                .allMatch(
                                        cost -> cost.growth() <= MOST_GROWTH && cost.isConstant());
        String unit = "times the time of token %,d".formatted(attention.rows().getFirst());
        return new Outcome(
                new Figure("transformer, token %,d".formatted(most), attention.growth(), unit),
                new Figure("Mamba-2, token %,d".formatted(most), constant.getLast().growth(), unit),
                copies && starts && writes && cheap,
                table);
    }

    /// Symbols among blanks.
    private static boolean copying(Trial trial, List<Figure> table) {
        SelectiveCopying task = new SelectiveCopying(64, 8, 8);
        School school = new School(trial.quick() ? 800 : 1500, 6e-3);
        Map<String, Double> right = new LinkedHashMap<>();
        Stream<Body> bodies =
                Stream.of(
                        Body.s4d(LAYERS, WIDTH, 32, Start.LEGS),
                        Body.mamba2(LAYERS, WIDTH, 8, 64),
                        Body.mamba(LAYERS, WIDTH),
                        Body.s5(LAYERS, WIDTH, 64),
                        Body.transformer(LAYERS, WIDTH, 4));
        for (Body body : bodies.limit(trial.quick() ? 2 : 5).toList()) {
            trial.progress().accept("copying among blanks: " + body.name());
            try (Backbone backbone =
                    Backbone.fresh(body.config(task.vocabulary(), task.rows()), 1)) {
                AskedTokens learner = new AskedTokens(backbone, 0);
                double seconds = school.teach(learner, task.questions(BATCH, 1));
                double share = learner.right(task.questions(EXAM, 2).at(0));
                right.put(body.name(), share);
                table.add(new Figure(body.name() + ", copying among blanks", 100 * share, RIGHT));
                table.add(new Figure(body.name() + ", time to learn that", seconds, "s"));
            }
        }
        double alike = right.getOrDefault("S4D", 1.0);
        return Stream.of("Mamba-2", "Mamba")
                .filter(right::containsKey)
                .mapToDouble(right::get)
                .allMatch(share -> share > LEAST_RIGHT && share >= alike + LEAST_LEAD);
    }

    /// What stood behind a mark, in longer sequences than any that was learned from.
    private static void inducing(Trial trial, List<Figure> table) {
        InductionHead task = new InductionHead(16);
        School school = new School(trial.quick() ? 200 : 1500, 4e-3);
        int learned = 64;
        int longest = 1024;
        for (Body body :
                List.of(Body.mamba2(LAYERS, WIDTH, 8, 64), Body.transformer(LAYERS, WIDTH, 4))) {
            trial.progress().accept("what stood behind a mark: " + body.name());
            try (Backbone backbone = Backbone.fresh(body.config(task.vocabulary(), longest), 1)) {
                AskedTokens learner = new AskedTokens(backbone, 0);
                school.teach(learner, task.questions(BATCH, learned, 1));
                for (int length = learned; length <= longest; length *= 4) {
                    Questions exam = task.questions(64, length, 2).at(0);
                    table.add(
                            new Figure(
                                    "%s, behind a mark among %,d".formatted(body.name(), length),
                                    100 * learner.right(exam),
                                    RIGHT));
                }
            }
        }
    }

    /// How far the way along a sequence is from the product that it could be.
    private static void scanning(Trial trial, List<Figure> table) {
        trial.progress().accept("stretches beside products");
        for (int chunk : new int[] {64, 256}) {
            Mixing.Mamba2 published =
                    new Mixing.Mamba2(
                            24, 64, 1, 128, 4, chunk, false, true, 0, Double.POSITIVE_INFINITY);
            StretchCost cost = StretchCost.of(published, SCANNED);
            String what = "Mamba-2, %,d rows in stretches of %d".formatted(SCANNED, chunk);
            table.add(new Figure(what, cost.millis(), "ms"));
            table.add(new Figure("a product of as many operations", cost.product(), "ms"));
            table.add(new Figure(what + ", of that product", cost.times(), "times"));
        }
    }

    /// Digits, pixel by pixel. In a quick trial four pixels are one.
    private static boolean reading(Trial trial, List<Figure> table) {
        Path file = DataFolder.standard().find(DIGITS, (_, _) -> {});
        PictureSet all = PictureSet.read(file, 10_000);
        int scale = trial.quick() ? 2 : 1;
        LongSignal learned = new LongSignal(all.part(0, 8000), scale);
        LongSignal heldOut = new LongSignal(all.part(8000, 8000 + 2 * EXAM), scale);
        int[] exam = IntStream.range(0, heldOut.size()).toArray();
        School school = new School(trial.quick() ? 60 : 300, 6e-3);
        Map<Start, Double> right = new EnumMap<>(Start.class);
        for (Start start : List.of(Start.LEGS, Start.RANDOM)) {
            Body body = Body.s4d(2 * LAYERS, WIDTH, 32, start);
            String what =
                    "S4D, digits of %,d rows, eigenvalues %s"
                            .formatted(
                                    learned.rows(), start == Start.LEGS ? "of HiPPO" : "by chance");
            trial.progress().accept(what);
            try (Backbone backbone =
                    Backbone.fresh(body.config(learned.vocabulary(), learned.rows()), 1)) {
                AskedTokens learner = new AskedTokens(backbone, 0);
                double seconds = school.teach(learner, learned.questions(16, 1));
                double share = learner.right(heldOut.of(exam));
                right.put(start, share);
                table.add(new Figure(what, 100 * share, RIGHT));
                table.add(new Figure("time to learn that", seconds, "s"));
            }
        }
        return right.getOrDefault(Start.LEGS, 0.0)
                >= right.getOrDefault(Start.RANDOM, 1.0) + LEAST_OF_START;
    }

    private static boolean writing(Trial trial, List<Figure> table) {
        CharacterModels models = new CharacterModels(8);
        School school = new School(trial.quick() ? 60 : 400, 4e-3);
        List<CharacterModels.Learned> learned = new ArrayList<>();
        Stream<Body> bodies =
                Stream.of(
                        Body.transformer(4, 144, 4),
                        Body.mamba2(4, 192, 12, 64),
                        Body.mamba(4, 192),
                        Body.jamba(128, 4));
        for (Body body : bodies.limit(trial.quick() ? 2 : 4).toList()) {
            trial.progress().accept("writing plays: " + body.name());
            CharacterModels.Learned one = models.taught(body, school);
            learned.add(one);
            table.add(new Figure(one.name() + ", held-out plays", one.bits(), "bits/character"));
            table.add(new Figure(one.name() + ", its weights", one.weights(), "weights"));
            table.add(new Figure(one.name() + ", time to learn them", one.seconds(), "s"));
        }
        double most = learned.getFirst().bits() + MOST_BITS;
        return learned.stream().allMatch(one -> one.bits() <= most);
    }
}
