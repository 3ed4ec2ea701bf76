package org.cumae.reproduce.speculative;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.data.DataFolder;
import org.cumae.decode.speculative.AnySubset;
import org.cumae.decode.speculative.AnySubset.Draft;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.recipe.Recipes;
import org.cumae.recipe.TextRecipe;
import org.cumae.recipe.TextTraining;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.TextModel;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.text.Missing;
import org.cumae.train.text.MissingTokens;
import org.cumae.train.text.Windows;
import org.cumae.unit.Encoding;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A model that is asked in any order judges its own parallel guesses: texts of which one character
/// in ten is known are written one by one, by guess and judgement, and by guess alone.
///
/// @see <a href="https://arxiv.org/abs/2504.20456">Guo and Ermon 2025</a>
public final class SelfDrafts implements Reproduction {
    private static final String MODEL = "shakespeare-infill";
    private static final double MISSING = 0.9;
    private static final int LENGTH = 5;
    private static final double SAME = 3; // standard errors
    private static final double WORSE = 5;

    @Override
    public int method() {
        return 26;
    }

    @Override
    public String claim() {
        return "A model that predicts in any order judges its own parallel guesses: the law of one by"
                + " one in fewer passes, never more than characters; guesses without judgement break"
                + " the law, and the joint loss learns it better than the loss of marginals (here: 90%"
                + " missing, 5 guessed; more than 2 characters a round, surprise unchanged, that of"
                + " unjudged guesses more than 5 standard errors higher)";
    }

    @Override
    public Outcome run(Trial trial) {
        try (TextModel model = TextModel.open(MODEL)) {
            TextRecipe recipe =
                    (TextRecipe)
                            Recipes.read(
                                    ModelShelf.standard().find(MODEL).resolve("recipe.yaml"),
                                    Map.of());
            Path file = DataFolder.standard().find(recipe.data().file(), (_, _) -> {});
            int[] heldOut =
                    model.tokenizer().encode(recipe.data().corpus(file).heldOut(), Encoding.PLAIN);
            List<Canvas> canvases = canvases(model, heldOut, trial.quick() ? 30 : 200);
            List<Infillings> ways = new ArrayList<>();
            AnySubset plain = AnySubset.oneByOne();
            Infillings.of("warm-up", model.engine(), plain, Order::raster, canvases.subList(0, 5));
            for (Way way :
                    List.of(
                            new Way("one by one", plain, Order::raster),
                            self(2),
                            self(LENGTH),
                            self(10),
                            new Way(
                                    "pairs of what is known, k=" + LENGTH,
                                    new AnySubset(Draft.NGRAM, LENGTH, new Chain()),
                                    Order::raster),
                            new Way(
                                    "self, k=%d, keyed noise".formatted(LENGTH),
                                    new AnySubset(Draft.SELF, LENGTH, new Gumbel()),
                                    Order::raster),
                            new Way(
                                    LENGTH + " at a time, unjudged",
                                    plain,
                                    size -> Order.blocks(size, LENGTH)),
                            new Way("all at once, unjudged", plain, Order::together))) {
                trial.progress().accept(way.name);
                ways.add(Infillings.of(way.name, model.engine(), way.how, way.order, canvases));
            }
            trial.progress().accept("training by the joint loss and by that of marginals");
            int steps = trial.quick() ? 120 : 400;
            double joint = trained(recipe, file, model, heldOut, steps, true);
            double marginal = trained(recipe, file, model, heldOut, steps, false);
            return outcome(ways, joint, marginal);
        }
    }

    private record Way(String name, AnySubset how, IntFunction<Order> order) {}

    private static Way self(int length) {
        return new Way(
                "self, k=" + length, new AnySubset(Draft.SELF, length, new Chain()), Order::raster);
    }

    /// Windows of the held-out text, evenly spaced, of which most is taken away.
    private static List<Canvas> canvases(TextModel model, int[] heldOut, int count) {
        Layout layout = AnySubset.layout(model.engine().card());
        List<Address> places = layout.addresses();
        int apart = (heldOut.length - places.size()) / count;
        List<Canvas> canvases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Canvas canvas = new Canvas(layout);
            int known = (int) Math.round(places.size() * (1 - MISSING));
            for (int place :
                    Order.random(places.size(), Noise.of(26, i)).line().subList(0, known)) {
                canvas.observe(places.get(place), heldOut[i * apart + place]);
            }
            canvases.add(canvas);
        }
        return canvases;
    }

    /// The joint loss of a small model at 90 % missing, in nats a character.
    private static double trained(
            TextRecipe recipe,
            Path file,
            TextModel model,
            int[] heldOut,
            int steps,
            boolean joint) {
        TextRecipe small = small(recipe, steps, joint);
        try (RunFolder folder = RunFolder.temporary();
                TextTraining training =
                        TextTraining.prepare(small, file, folder, new Journal() {})) {
            training.run();
            try (Backbone best = Backbone.load(folder.model())) {
                int length = small.model().length();
                return HeldOut.loss(
                        new MissingTokens(best, model.tokenizer(), true, 0, TensorType.F32),
                        Missing.share(MISSING).of(Windows.inOrder(heldOut, 16, length), 1),
                        40);
            }
        }
    }

    private static TextRecipe small(TextRecipe recipe, int steps, boolean joint) {
        return (TextRecipe)
                Recipes.with(
                        recipe,
                        Map.ofEntries(
                                Map.entry("model.layers", "2"),
                                Map.entry("model.width", "64"),
                                Map.entry("model.heads", "2"),
                                Map.entry("model.inner", "176"),
                                Map.entry("model.length", "64"),
                                Map.entry("missing.from", "0.5"),
                                Map.entry("missing.spans", "0"),
                                Map.entry("missing.ramp", "20"),
                                Map.entry("missing.joint", Boolean.toString(joint)),
                                Map.entry("training.steps", Integer.toString(steps)),
                                Map.entry("training.average", "0.98"),
                                Map.entry("training.evaluate-every", Integer.toString(steps))));
    }

    private static Outcome outcome(List<Infillings> ways, double joint, double marginal) {
        Infillings plain = way(ways, "one by one");
        Infillings self = way(ways, self(LENGTH).name);
        List<Infillings> exact = ways.subList(0, 6);
        List<Infillings> unjudged = ways.subList(6, 8);
        Mean round = self.perRound();
        boolean gains = round.value() - SAME * round.error() > 2;
        boolean bounded =
                IntStream.range(0, 4)
                        .mapToObj(ways::get)
                        .flatMap(way -> way.filled().stream())
                        .allMatch(each -> each.ledger().forwards() <= each.ledger().emitted());
        boolean kept =
                exact.stream().allMatch(way -> way.surprise().agrees(plain.surprise(), SAME));
        boolean broken =
                unjudged.stream().noneMatch(way -> plain.surprise().reaches(way.surprise(), WORSE));
        List<Figure> table = new ArrayList<>();
        table.add(new Figure("settled in a round, k=" + LENGTH, round.value(), "characters"));
        table.add(new Figure("its standard error", round.error(), "characters"));
        ways.forEach(way -> table.addAll(way.figures(plain)));
        table.add(
                new Figure(
                        "keyed noise: same text as one by one",
                        ways.get(5).same(plain),
                        "of texts"));
        table.add(new Figure("joint loss of a model trained by it", joint, "nats/character"));
        table.add(
                new Figure(
                        "joint loss of a model trained by that of marginals",
                        marginal,
                        "nats/character"));
        return new Outcome(
                new Figure(plain.name(), plain.passes().value(), "passes/character"),
                new Figure(self.name(), self.passes().value(), "passes/character"),
                gains && bounded && kept && broken && joint < marginal,
                table);
    }

    private static Infillings way(List<Infillings> ways, String name) {
        return ways.stream().filter(way -> way.name().equals(name)).findFirst().orElseThrow();
    }
}
