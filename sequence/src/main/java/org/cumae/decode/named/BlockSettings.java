package org.cumae.decode.named;

import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Guide;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.decode.speculative.draft.SmallModel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// The words of block diffusion.
final class BlockSettings {
    private static final String AUTO = "auto";

    private static final Setting THETA =
            new Setting("theta", "how sure threshold wants a place to be", "0.9");
    private static final Setting FLOOR =
            new Setting("floor", "how many places threshold writes at least", "1");
    private static final Setting COUNT =
            new Setting("count", "how many places sequential and random write a pass", "1");
    private static final Setting STEPS =
            new Setting("steps", "how many passes static spreads a block over", "4");
    private static final Setting FACTOR =
            new Setting("factor", "how much doubt factor takes for the number of places", "1.0");
    private static final Setting BUDGET =
            new Setting("budget", "nats of entropy that entropy_budget spends a pass", "0.35");
    private static final Setting BOUNDED =
            new Setting(
                    "bounded",
                    "whether entropy_budget leaves its largest entropy out of account",
                    "no",
                    List.of("no", "yes"));
    private static final Setting TAU =
            new Setting("tau", "nats below which entropy_distance writes a place", "0.4");
    private static final Setting LAMBDA =
            new Setting("lambda", "nats that a place of distance costs there", "0.02");
    private static final Setting GUIDE =
            new Setting(
                    "guide",
                    "who lets candidates through where reveal is guided: a next-token model of the"
                            + " same vocabulary",
                    "");
    private static final Setting ACCEPT =
            new Setting(
                    "accept",
                    "when a guide agrees: best, top, relative (top 2, half as likely as the best),"
                            + " at_least or chance",
                    "best",
                    List.of("best", "top", "relative", "at_least", "chance"));
    private static final Setting CHUNK =
            new Setting("chunk", "how many candidates a guide looks at in one pass", "32");
    private static final Setting TOP =
            new Setting("top", "among how many of its best a guide takes a candidate", "5");
    private static final Setting LEAST =
            new Setting("least", "how probable at_least wants a candidate to be", "0.1");

    private static final Map<String, BiFunction<Map<String, String>, Drafts, RevealPolicy>>
            POLICIES = policies();

    private static final Setting REVEAL =
            new Setting(
                    "reveal",
                    "which masked places a pass writes",
                    "threshold",
                    List.copyOf(POLICIES.keySet()));
    private static final Setting BLOCK =
            new Setting(
                    "block",
                    "places of a block, or masks of a streaming window; auto is as the model was"
                            + " taught, other sizes cost quality",
                    AUTO);
    private static final Setting SUB_BLOCK =
            new Setting(
                    "sub_block", "places of a block that are written first; auto for all", AUTO);
    private static final Setting SUB_CACHE =
            new Setting(
                    "sub_cache",
                    "whether what lies around a sub-block is used again from pass to pass",
                    "no",
                    List.of("no", "yes"));
    private static final Setting CONFIDENCE =
            new Setting(
                    "confidence",
                    "of what a policy is told how sure it is: the candidate or the best value under"
                            + " the model's own law, or the candidate under the law it was sampled from",
                    "candidate",
                    List.of("candidate", "best", "sampled"));
    private static final Setting COMMIT =
            new Setting(
                    "commit",
                    "when finished places are kept: stream, as soon as they are; fused, with the next"
                            + " block's first pass; apart, in a pass of its own",
                    AUTO,
                    List.of(AUTO, "stream", "fused", "apart"));
    private static final Setting KEEP =
            new Setting(
                    "keep",
                    "which rows are kept from pass to pass",
                    "blocks",
                    List.of("nothing", "prompt", "blocks", "known"));
    private static final Setting REFRESH =
            new Setting("refresh", "after how many passes all is fed again; 0 for never", "0");
    private static final Setting AHEAD =
            new Setting(
                    "ahead", "how many masks behind a block a canvas shows; auto for all", AUTO);
    private static final Setting FORETOLD =
            new Setting(
                    "foretold",
                    "whether the first mask is told by the known row before it, and always written",
                    "no",
                    List.of("no", "yes"));
    private static final Setting VERIFY =
            new Setting(
                    "verify",
                    "exact keeps of what was written under masks what plain decoding would have"
                            + " written; for models that also say the next token",
                    "none",
                    List.of("none", "exact"));

    static final Offer OFFER =
            new Offer(
                    BlockDiffusion.NAME,
                    "writes several masked places of a block in one pass, with models that were"
                            + " taught to fill them",
                    List.of(
                            REVEAL,
                            THETA,
                            BLOCK,
                            FLOOR,
                            COUNT,
                            STEPS,
                            FACTOR,
                            BUDGET,
                            BOUNDED,
                            TAU,
                            LAMBDA,
                            GUIDE,
                            ACCEPT,
                            CHUNK,
                            TOP,
                            LEAST,
                            CONFIDENCE,
                            SUB_BLOCK,
                            SUB_CACHE,
                            COMMIT,
                            KEEP,
                            REFRESH,
                            AHEAD,
                            FORETOLD,
                            VERIFY),
                    BlockSettings::decoder);

    private BlockSettings() {}

    private static Map<String, BiFunction<Map<String, String>, Drafts, RevealPolicy>> policies() {
        Map<String, BiFunction<Map<String, String>, Drafts, RevealPolicy>> policies =
                new LinkedHashMap<>();
        policies.put(
                "threshold",
                (given, _) ->
                        new RevealPolicy.Threshold(THETA.number(given), FLOOR.integer(given)));
        policies.put("static", (given, _) -> new RevealPolicy.Static(STEPS.integer(given)));
        policies.put("factor", (given, _) -> new RevealPolicy.Factor(FACTOR.number(given)));
        policies.put(
                "entropy_budget",
                (given, _) ->
                        new RevealPolicy.EntropyBudget(BUDGET.number(given), yes(BOUNDED, given)));
        policies.put(
                "entropy_distance",
                (given, _) ->
                        new RevealPolicy.EntropyDistance(TAU.number(given), LAMBDA.number(given)));
        policies.put("sequential", (given, _) -> new RevealPolicy.Sequential(COUNT.integer(given)));
        policies.put("guided", BlockSettings::guided);
        policies.put("random", (given, _) -> new RevealPolicy.Random(COUNT.integer(given)));
        return policies;
    }

    private static boolean yes(Setting setting, Map<String, String> given) {
        return setting.word(given).equals("yes");
    }

    private static RevealPolicy guided(Map<String, String> given, Drafts drafts) {
        String name = GUIDE.word(given);
        SmallModel model =
                drafts.models()
                        .apply(name)
                        .filter(SmallModel.class::isInstance)
                        .map(SmallModel.class::cast)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                ("reveal is guided, and guide '%s' is no model that can"
                                                                + " be found here; name a next-token model"
                                                                + " of the same vocabulary")
                                                        .formatted(name)));
        Guide.Accept accept =
                switch (ACCEPT.word(given)) {
                    case "top" -> new Guide.Accept.Top(TOP.integer(given), 0);
                    case "relative" -> new Guide.Accept.Top(2, 0.5);
                    case "at_least" -> new Guide.Accept.AtLeast(LEAST.number(given));
                    case "chance" -> new Guide.Accept.ByChance();
                    default -> new Guide.Accept.Best();
                };
        return new RevealPolicy.GuidedPrefix(
                new Guide(model.card(), model.contexts(), accept, CHUNK.integer(given)));
    }

    private static BlockDiffusion decoder(Map<String, String> given, Drafts drafts) {
        RevealPolicy policy =
                POLICIES.getOrDefault(REVEAL.word(given), (_, _) -> new RevealPolicy.Sequential(1))
                        .apply(given, drafts);
        return new BlockDiffusion(
                policy,
                BlockDiffusion.Confidence.valueOf(upper(CONFIDENCE, given)),
                new Pacing(
                        count(BLOCK, given),
                        count(SUB_BLOCK, given),
                        yes(SUB_CACHE, given),
                        Pacing.Commit.valueOf(upper(COMMIT, given)),
                        Pacing.Keep.valueOf(upper(KEEP, given)),
                        REFRESH.integer(given),
                        count(AHEAD, given),
                        foretelling(given)));
    }

    private static Pacing.Foretelling foretelling(Map<String, String> given) {
        if (VERIFY.word(given).equals("exact")) {
            return Pacing.Foretelling.VERIFIES;
        }
        return yes(FORETOLD, given) ? Pacing.Foretelling.FIRST : Pacing.Foretelling.NONE;
    }

    private static String upper(Setting setting, Map<String, String> given) {
        return setting.word(given).toUpperCase(Locale.ROOT);
    }

    private static OptionalInt count(Setting setting, Map<String, String> given) {
        return setting.word(given).equals(AUTO)
                ? OptionalInt.empty()
                : OptionalInt.of(setting.integer(given));
    }
}
