package org.cumae.decode.named;

import org.cumae.decode.speculative.Block;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Kseq;
import org.cumae.decode.speculative.Law;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.RecursiveRejection;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.Synthetic;
import org.cumae.decode.speculative.draft.Aded;
import org.cumae.decode.speculative.draft.Anything;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.decode.speculative.draft.Ngrams;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.decode.speculative.draft.Trigrams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The words of speculative decoding.
final class SpeculativeSettings {
    private static final int LONGEST = 16; // that is drafted by itself
    private static final int SIBLINGS = 4;
    private static final Set<String> TREES = Set.of("aded", "kseq", "rrs", "rrs_repeating");

    private static final Setting SEARCH =
            new Setting(
                    "search",
                    "how aded finds its tree: best_first, or the paper's tree_search",
                    "best_first",
                    List.of("best_first", "tree_search"));
    private static final Setting FOLLOW =
            new Setting(
                    "follow",
                    "what aded's table follows: the text while it is written, or nothing, so that it"
                            + " stays as it was counted",
                    "text",
                    List.of("text", "nothing"));
    private static final Setting ACCEPTANCE =
            new Setting("acceptance", "what share law synthetic accepts, for load tests", "0.8");

    private static final Setting STRATEGY =
            new Setting(
                    "strategy",
                    "where mtp's masks stand: quadratic, behind every token of a draft, or linear,"
                            + " behind the last",
                    "quadratic",
                    List.of("quadratic", "linear"));

    private static final Map<String, BiFunction<Map<String, String>, Drafts, Drafter>> DRAFTERS =
            drafters();
    private static final Map<String, Function<Map<String, String>, Law>> LAWS = laws();

    private static final Setting DRAFT =
            new Setting(
                    "draft",
                    "who proposes: %s, or a smaller model of the same vocabulary"
                            .formatted(String.join(", ", DRAFTERS.keySet())),
                    "suffix");
    private static final Setting LAW =
            new Setting(
                    "law",
                    "what stays of a draft; match and gumbel give the text of plain decoding with the"
                            + " same seed, the others its law, synthetic neither",
                    "gumbel",
                    List.copyOf(LAWS.keySet()));
    private static final Setting LENGTH =
            new Setting(
                    "draft_length",
                    "how many tokens are drafted; auto goes by what pays, down to none",
                    "auto");
    private static final Setting WIDTH =
            new Setting(
                    "width",
                    "how many candidates stand side by side; auto is 4 for draft aded and for laws"
                            + " that compare siblings, else 1",
                    "auto");

    static final Offer OFFER =
            new Offer(
                    "speculative",
                    "drafts several tokens and lets the model judge them in one pass",
                    List.of(DRAFT, LAW, LENGTH, WIDTH, SEARCH, ACCEPTANCE, STRATEGY, FOLLOW),
                    SpeculativeSettings::decoder);

    private SpeculativeSettings() {}

    private static Map<String, BiFunction<Map<String, String>, Drafts, Drafter>> drafters() {
        Map<String, BiFunction<Map<String, String>, Drafts, Drafter>> drafters =
                new LinkedHashMap<>();
        drafters.put("suffix", (_, _) -> Ngrams.suffix());
        drafters.put("ngram", (_, _) -> Ngrams.ngram());
        drafters.put("lookup", (_, _) -> PromptLookup.DEFAULT);
        drafters.put("aded", SpeculativeSettings::aded);
        drafters.put("mtp", SpeculativeSettings::masks);
        drafters.put("medusa", (_, drafts) -> known(drafts.own().medusa(), "medusa", "heads"));
        drafters.put("synthetic", (_, _) -> new Anything());
        return drafters;
    }

    /// It begins from the table that lies with the model, or from none.
    private static Aded aded(Map<String, String> given, Drafts drafts) {
        Trigrams base = drafts.own().trigrams().orElse(Trigrams.NONE);
        boolean follows = FOLLOW.word(given).equals("text");
        Aded aded = follows ? Aded.isolated(base) : Aded.still(base);
        return aded.by(search(given));
    }

    private static Masks masks(Map<String, String> given, Drafts drafts) {
        Masks masks = known(drafts.own().masks(), "mtp", "masks");
        return masks.by(
                STRATEGY.word(given).equals("linear")
                        ? Masks.Strategy.LINEAR
                        : Masks.Strategy.QUADRATIC);
    }

    /// What the target has learned to draft with.
    private static <D> D known(Optional<D> learned, String draft, String what) {
        return learned.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                ("draft is %s, and the model has learned no %s; train some for it by"
                                                + " a recipe of kind %s, or use draft suffix")
                                        .formatted(
                                                draft, what, draft.equals("mtp") ? what : draft)));
    }

    private static Aded.Search search(Map<String, String> given) {
        return SEARCH.word(given).equals("tree_search")
                ? Aded.Search.TREE_SEARCH
                : Aded.Search.BEST_FIRST;
    }

    private static Map<String, Function<Map<String, String>, Law>> laws() {
        Map<String, Function<Map<String, String>, Law>> laws = new LinkedHashMap<>();
        List<Law> exact =
                List.of(
                        new Gumbel(),
                        new Match(),
                        new Chain(),
                        new Block(),
                        new Kseq(),
                        new RecursiveRejection(false),
                        new RecursiveRejection(true));
        exact.forEach(law -> laws.put(law.name(), _ -> law));
        laws.put("synthetic", given -> new Synthetic(ACCEPTANCE.number(given)));
        return laws;
    }

    private static Speculative decoder(Map<String, String> given, Drafts drafts) {
        String draft = DRAFT.word(given);
        String law = LAW.word(given);
        int width =
                WIDTH.integerOr(given, TREES.contains(draft) || TREES.contains(law) ? SIBLINGS : 1);
        Law verifier = LAWS.getOrDefault(law, _ -> new Gumbel()).apply(given);
        width = WIDTH.word(given).equals("auto") && !verifier.branches() ? 1 : width;
        Drafter drafter = drafter(draft, given, drafts);
        DraftLength length =
                LENGTH.word(given).equals("auto")
                        ? new DraftLength.Auto(Math.min(LONGEST, drafter.longest()), drafts.tempo())
                        : new DraftLength.Fixed(LENGTH.integer(given));
        return new Speculative(drafter, verifier, length, width);
    }

    private static Drafter drafter(String word, Map<String, String> given, Drafts drafts) {
        BiFunction<Map<String, String>, Drafts, Drafter> known = DRAFTERS.get(word);
        return known != null
                ? known.apply(given, drafts)
                : drafts.models()
                        .apply(word)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                ("there is no draft '%s'; there are %s, and models"
                                                                + " that can be found here by that"
                                                                + " name")
                                                        .formatted(
                                                                word,
                                                                String.join(
                                                                        ", ", DRAFTERS.keySet()))));
    }
}
