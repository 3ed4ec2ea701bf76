package org.cumae.reproduce.speculative;

import org.cumae.data.DataFolder;
import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.ModelShelf;
import org.cumae.text.TextModel;
import org.cumae.train.HeldOut;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.unit.Encoding;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model that drafts for itself with the masks that it was taught: the bundled one of
/// Shakespeare's plays, greedily and by chance.
///
/// @see <a href="https://arxiv.org/abs/2507.11851">Samragh et al. 2025</a>
public final class MaskedFuture implements Reproduction {
    private static final String MODEL = "shakespeare";
    private static final double LEAST_TOKENS = 1.5;
    private static final double LEAST_GAIN = 1.1;
    private static final double ERRORS = 2;
    private static final int WINDOWS = 24; // of held-out text, for the loss of the next token
    private static final List<Integer> ROWS = List.of(1, 2, 3, 5, 9, 16, 25);

    @Override
    public int method() {
        return 10;
    }

    @Override
    public String claim() {
        return "A frozen model with masks and gated low-rank additions foresees several tokens in one"
                + " pass, and neither its text nor its loss changes (here, greedily, with 4 masks: at"
                + " least 1.5 tokens a pass, quadratic at least 1.1 times linear, the sampler no worse"
                + " than without, next-token loss the same to the last bit, and worse once the"
                + " additions act on all rows; the paper's comparison of code with chat needs a model"
                + " of code)";
    }

    @Override
    public Outcome run(Trial trial) {
        trial.progress().accept("next-token loss");
        Losses losses = Losses.measure();
        try (TextModel model = TextModel.open(MODEL)) {
            List<Tokens> prompts = Prompts.heldOut(model, trial.quick() ? 12 : 40);
            Masks masks =
                    model.ownDrafts()
                            .masks()
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    ("model %s has no masks; make them with"
                                                                    + " ./cumae train"
                                                                    + " recipes/shakespeare-mtp.yaml")
                                                            .formatted(MODEL)));
            List<Arm> arms = new ArrayList<>();
            for (Sampling sampling : List.of(Sampling.GREEDY, Sampling.PLAIN)) {
                arms.add(
                        new Arm(
                                Bouts.of(
                                        words(sampling) + ": ",
                                        model.engine(),
                                        decoders(masks),
                                        prompts,
                                        sampling,
                                        trial.quick() ? 100 : 200,
                                        trial.progress()),
                                masks.count()));
            }
            trial.progress().accept("times of passes");
            List<Figure> times = Bouts.passTimes(model.engine(), prompts.getFirst(), ROWS);
            return outcome(arms, losses, times);
        }
    }

    private static String words(Sampling sampling) {
        return sampling.equals(Sampling.GREEDY) ? "greedy" : "by chance";
    }

    private static Map<String, Decoder> decoders(Masks masks) {
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        decoders.put(Bouts.PLAIN, new Sequential());
        decoders.put("prompt lookup", drafted(PromptLookup.DEFAULT, masks.count()));
        for (int k = 1; k <= masks.count(); k++) {
            decoders.put(quadratic(k), drafted(masks, k));
        }
        Masks linear = masks.by(Masks.Strategy.LINEAR);
        decoders.put(linear(masks.count()), drafted(linear, masks.count()));
        decoders.put(blind(masks.count()), drafted(masks.independent(), masks.count()));
        return decoders;
    }

    private static Speculative drafted(Drafter drafter, int length) {
        return new Speculative(drafter, new Gumbel(), new DraftLength.Fixed(length), 1);
    }

    private static String quadratic(int k) {
        return "masks k=%d, quadratic".formatted(k);
    }

    private static String linear(int k) {
        return "masks k=%d, linear".formatted(k);
    }

    private static String blind(int k) {
        return "masks k=%d, quadratic, without the sampler".formatted(k);
    }

    /// All decoders under one sampling.
    private record Arm(Bouts bouts, int masks) {
        boolean samplerHelps() {
            return tokens(quadratic(masks)).reaches(tokens(blind(masks)), ERRORS);
        }

        double gain() {
            return tokens(quadratic(masks)).value() / tokens(linear(masks)).value();
        }

        private Mean tokens(String name) {
            return bouts.tokensPerPass(name);
        }
    }

    /// Nats a token on held-out text.
    ///
    /// @param plain of the model
    /// @param gated with what it has learned for masks
    /// @param open with that acting on all rows
    private record Losses(double plain, double gated, double open) {
        static Losses measure() {
            Path folder = ModelShelf.standard().find(MODEL);
            try (Backbone plain = Backbone.load(folder);
                    Backbone masked = Backbone.loadWithMasks(folder)) {
                double before = loss(plain);
                double gated = loss(masked);
                masked.merge();
                return new Losses(before, gated, loss(masked));
            }
        }

        private static double loss(Backbone backbone) {
            try (TextModel model = TextModel.open(MODEL)) {
                Path file = DataFolder.standard().find(Prompts.SHAKESPEARE, (_, _) -> {});
                String heldOut = TextCorpus.read(file, Prompts.HELD_OUT).heldOut();
                int[] tokens = model.tokenizer().encode(heldOut, Encoding.PLAIN);
                return HeldOut.loss(
                        new NextToken(backbone, model.tokenizer(), 0, TensorType.F32),
                        Windows.inOrder(tokens, 1, backbone.config().maxLength()),
                        WINDOWS);
            }
        }
    }

    private static Outcome outcome(List<Arm> arms, Losses losses, List<Figure> passTimes) {
        Arm greedy = arms.getFirst();
        int k = greedy.masks();
        Mean measured = greedy.tokens(quadratic(k));
        boolean same = arms.stream().map(Arm::bouts).allMatch(Bouts::sameTexts);
        boolean holds =
                measured.value() >= LEAST_TOKENS
                        && greedy.gain() >= LEAST_GAIN
                        && greedy.samplerHelps()
                        && same
                        && losses.gated() == losses.plain()
                        && losses.open() > losses.plain();
        List<Figure> table = new ArrayList<>();
        table.add(new Figure("quadratic over linear, greedy", greedy.gain(), "ratio"));
        table.add(new Figure("all texts those of plain decoding", same ? 1 : 0, "yes is 1"));
        table.add(new Figure("next-token loss of the model", losses.plain(), "nats/token"));
        table.add(
                new Figure("its change by masks, gated", losses.gated() - losses.plain(), "nats"));
        table.add(
                new Figure(
                        "its change by masks, on all rows",
                        losses.open() - losses.plain(),
                        "nats"));
        arms.forEach(arm -> table.addAll(arm.bouts().figures()));
        table.addAll(passTimes);
        return new Outcome(
                new Figure(Bouts.PLAIN, greedy.tokens(Bouts.PLAIN).value(), "tokens/pass"),
                new Figure(quadratic(k), measured.value(), "tokens/pass"),
                holds,
                table);
    }
}
