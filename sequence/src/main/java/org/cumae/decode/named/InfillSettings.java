package org.cumae.decode.named;

import org.cumae.decode.speculative.AnySubset;
import org.cumae.decode.speculative.Block;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Law;

import java.util.List;
import java.util.Locale;

/// The words of infilling.
final class InfillSettings {
    private static final Setting DRAFT =
            new Setting(
                    "draft",
                    "who guesses: self, the model in one pass; ngram, pairs of what is known; none",
                    "self",
                    List.of("self", "ngram", "none"));
    private static final Setting LAW =
            new Setting(
                    "law",
                    "what stays of a guess; gumbel gives the text of one by one with the same seed, the"
                            + " others its law",
                    "chain",
                    List.of("chain", "block", "gumbel"));
    private static final Setting LENGTH =
            new Setting("draft_length", "how many places are guessed at a time", "5");

    static final Offer OFFER =
            new Offer(
                    "infill",
                    "writes between a prompt and a suffix, with models that predict in any order",
                    List.of(DRAFT, LAW, LENGTH),
                    (given, _) ->
                            new AnySubset(
                                    AnySubset.Draft.valueOf(
                                            DRAFT.word(given).toUpperCase(Locale.ROOT)),
                                    LENGTH.integer(given),
                                    law(LAW.word(given))));

    private InfillSettings() {}

    private static Law law(String word) {
        return switch (word) {
            case "block" -> new Block();
            case "gumbel" -> new Gumbel();
            default -> new Chain();
        };
    }
}
