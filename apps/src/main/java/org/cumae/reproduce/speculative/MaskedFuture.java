package org.cumae.reproduce.speculative;

import org.cumae.data.DataFolder;
import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.decode.speculative.draft.Medusa;
import org.cumae.decode.speculative.draft.OwnDrafts;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.TextModel;
import org.cumae.train.HeldOut;
import org.cumae.train.RunFolder;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.unit.Encoding;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/// A model that drafts for itself with the masks that it was taught: the bundled one of
/// Shakespeare's plays, greedily and by chance; and, if there is time, small ones of code and of
/// English that are made on the spot.
///
/// @see <a href="https://arxiv.org/abs/2507.11851">Samragh et al. 2025</a>
public final class MaskedFuture implements Reproduction {
    private static final String MODEL = "shakespeare";
    private static final double LEAST_TOKENS = 1.5;
    private static final double LEAST_GAIN = 1.1;
    private static final double ERRORS = 2;
    private static final int TREE = 4; // candidates of a head side by side
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
                + " additions act on all rows; without --quick also more tokens a pass on code than on"
                + " English, each by a model made for it)";
    }

    @Override
    public Outcome run(Trial trial) {
        trial.progress().accept("next-token loss");
        Losses losses = Losses.measure();
        try (TextModel model = TextModel.open(MODEL)) {
            List<Tokens> prompts = Prompts.heldOut(model, trial.quick() ? 12 : 40);
            OwnDrafts own = model.ownDrafts();
            Masks masks = known(own.masks(), "masks", "mtp");
            Medusa medusa = known(own.medusa(), "heads", "medusa");
            List<Arm> arms = new ArrayList<>();
            for (Sampling sampling : List.of(Sampling.GREEDY, Sampling.PLAIN)) {
                arms.add(
                        new Arm(
                                Bouts.of(
                                        words(sampling) + ": ",
                                        model.engine(),
                                        decoders(masks, medusa),
                                        prompts,
                                        sampling,
                                        trial.quick() ? 100 : 200,
                                        trial.progress()),
                                masks.count()));
            }
            trial.progress().accept("times of passes");
            List<Figure> times = Bouts.passTimes(model.engine(), prompts.getFirst(), ROWS);
            Optional<Kinds> kinds =
                    trial.quick() ? Optional.empty() : Optional.of(Kinds.measure(trial));
            return outcome(arms, losses, kinds, times);
        }
    }

    private static <D> D known(Optional<D> learned, String what, String recipe) {
        return learned.orElseThrow(
                () ->
                        new IllegalStateException(
                                "model %s has no %s; make them with ./cumae train recipes/shakespeare-%s.yaml"
                                        .formatted(MODEL, what, recipe)));
    }

    private static String words(Sampling sampling) {
        return sampling.equals(Sampling.GREEDY) ? "greedy" : "by chance";
    }

    private static Map<String, Decoder> decoders(Masks masks, Medusa medusa) {
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        decoders.put(Bouts.PLAIN, new Sequential());
        decoders.put("prompt lookup", drafted(PromptLookup.DEFAULT, masks.count()));
        decoders.putAll(heads(medusa));
        for (int k = 1; k <= masks.count(); k++) {
            decoders.put(quadratic(k), drafted(masks, k));
        }
        Masks linear = masks.by(Masks.Strategy.LINEAR);
        decoders.put(linear(masks.count()), drafted(linear, masks.count()));
        decoders.put(blind(masks.count()), drafted(masks.independent(), masks.count()));
        return decoders;
    }

    /// Medusa's heads beside each other, blind for what the others foresee: the rival of masks.
    private static Map<String, Decoder> heads(Medusa medusa) {
        int k = medusa.count();
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        decoders.put("heads k=%d".formatted(k), drafted(medusa, k));
        decoders.put(
                "heads k=%d, tree of %d".formatted(k, k * TREE),
                new Speculative(medusa, new Match(), new DraftLength.Fixed(k), TREE));
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

    /// What masks save on kinds of text, each with a model made for it.
    ///
    /// @param arms by kind and by what the model was taught
    /// @param tokens a pass with masks, by kind
    private record Kinds(List<Bouts> arms, Map<TextKind, Mean> tokens) {
        private static final int PROMPTS = 40;
        private static final int TOKENS = 200;

        static Kinds measure(Trial trial) {
            List<Bouts> arms = new ArrayList<>();
            Map<TextKind, Mean> tokens = new EnumMap<>(TextKind.class);
            try (RunFolder texts = RunFolder.temporary()) {
                for (TextKind kind : TextKind.values()) {
                    Path text = kind.file(texts.path());
                    try (MadeHere made = new MadeHere(kind.words(), text, trial.progress())) {
                        Kind here = new Kind(kind.words(), text, trial);
                        Bouts masked = here.bouts(made.masks(1), "", Kinds::masked);
                        arms.add(masked);
                        tokens.put(kind, masked.tokensPerPass(quadratic(MadeHere.MASKS)));
                        arms.add(
                                here.bouts(
                                        made.masks(0),
                                        ", taught without consistency",
                                        Kinds::masked));
                        arms.add(
                                here.bouts(
                                        made.heads(),
                                        "",
                                        own -> heads(known(own.medusa(), "heads", "medusa"))));
                    }
                }
            }
            return new Kinds(arms, tokens);
        }

        private static Map<String, Decoder> masked(OwnDrafts own) {
            Masks masks = known(own.masks(), "masks", "mtp");
            Map<String, Decoder> decoders = new LinkedHashMap<>();
            int k = masks.count();
            decoders.put(quadratic(k), drafted(masks, k));
            decoders.put(linear(k), drafted(masks.by(Masks.Strategy.LINEAR), k));
            decoders.put(blind(k), drafted(masks.independent(), k));
            return decoders;
        }

        /// Greedy texts of one kind.
        private record Kind(String words, Path text, Trial trial) {
            Bouts bouts(Path taught, String how, Function<OwnDrafts, Map<String, Decoder>> drafts) {
                try (TextModel model = TextModel.open(taught.toString())) {
                    String heldOut = TextCorpus.read(text, Prompts.HELD_OUT).heldOut();
                    Map<String, Decoder> decoders = new LinkedHashMap<>();
                    decoders.put(Bouts.PLAIN, new Sequential());
                    decoders.putAll(drafts.apply(model.ownDrafts()));
                    return Bouts.of(
                            "%s%s: ".formatted(words, how),
                            model.engine(),
                            decoders,
                            Prompts.of(heldOut, model, PROMPTS),
                            Sampling.GREEDY,
                            TOKENS,
                            trial.progress());
                }
            }
        }

        boolean codeIsForeseenFurther() {
            Mean code = Objects.requireNonNull(tokens.get(TextKind.CODE));
            Mean english = Objects.requireNonNull(tokens.get(TextKind.ENGLISH));
            return code.value() >= LEAST_TOKENS && !english.reaches(code, ERRORS);
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

    private static Outcome outcome(
            List<Arm> arms, Losses losses, Optional<Kinds> kinds, List<Figure> passTimes) {
        Arm greedy = arms.getFirst();
        int k = greedy.masks();
        Mean measured = greedy.tokens(quadratic(k));
        List<Bouts> all = new ArrayList<>(arms.stream().map(Arm::bouts).toList());
        kinds.ifPresent(some -> all.addAll(some.arms()));
        boolean same = all.stream().allMatch(Bouts::sameTexts);
        boolean holds =
                measured.value() >= LEAST_TOKENS
                        && greedy.gain() >= LEAST_GAIN
                        && greedy.samplerHelps()
                        && same
                        && kinds.map(Kinds::codeIsForeseenFurther).orElse(true)
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
        all.forEach(bouts -> table.addAll(bouts.figures()));
        table.addAll(passTimes);
        return new Outcome(
                new Figure(Bouts.PLAIN, greedy.tokens(Bouts.PLAIN).value(), "tokens/pass"),
                new Figure(quadratic(k), measured.value(), "tokens/pass"),
                holds,
                table);
    }
}
