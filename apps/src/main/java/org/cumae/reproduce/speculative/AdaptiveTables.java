package org.cumae.reproduce.speculative;

import org.cumae.data.DataFolder;
import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Adaptation;
import org.cumae.decode.speculative.draft.AdaptiveTrigrams;
import org.cumae.decode.speculative.draft.Aded;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.decode.speculative.draft.Trigrams;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.Prompt;
import org.cumae.text.TextModel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A table of trigrams that follows the text, against one that stays as it is: a model of
/// children's stories, drafted for by the trigrams of Shakespeare's plays, and of stories of its
/// own.
///
/// @see <a href="https://arxiv.org/abs/2407.12021">Liu et al. 2024, ADED</a>
public final class AdaptiveTables implements Reproduction {
    private static final String TARGET = "models/stories260K.gguf";
    private static final String FOREIGN = "text/tinyshakespeare.txt";
    private static final String OPENING = "Once upon a time";
    private static final int DEPTH = 4;
    private static final int BUDGET = 32;
    private static final int TOKENS = 300;
    private static final int STORIES = 60;
    private static final int STORY_TOKENS = 200;
    private static final int FIRST_STORY =
            1_000_000; // seeds of the table's stories, not of prompts
    private static final int OPENING_TOKENS = 12;
    private static final double LEAST_GAIN = 1.1;
    private static final double LEAST_MATCHED = 1.3;
    private static final double ERRORS = 2;

    @Override
    public int method() {
        return 19;
    }

    @Override
    public String claim() {
        return "A table of trigrams that follows the text drafts better than one that stays, the more"
                + " the longer it follows, and the text is that of plain decoding (here: under a"
                + " change of domain at least 1.1 times the tokens a pass, more in the last third than"
                + " in the first, at least 1.3 tokens a pass with a table of the domain, tree search"
                + " no better than best-first)";
    }

    @Override
    public Outcome run(Trial trial) {
        DataFolder data = DataFolder.standard();
        try (TextModel target = TextModel.open(data.find(TARGET, (_, _) -> {}).toString())) {
            trial.progress().accept("tables of trigrams");
            Trigrams foreign = table(target, List.of(target.tokenize(Prompt.text(foreign(data)))));
            Trigrams matched = table(target, stories(target, FIRST_STORY, STORIES, STORY_TOKENS));
            List<Tokens> prompts = stories(target, 0, trial.quick() ? 10 : 30, OPENING_TOKENS);
            return outcome(
                    Bouts.of(
                            "",
                            target.engine(),
                            decoders(foreign, matched),
                            prompts,
                            Sampling.GREEDY,
                            TOKENS,
                            trial.progress()));
        }
    }

    private static String foreign(DataFolder data) {
        Path file = data.find(FOREIGN, (_, _) -> {});
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Trigrams table(TextModel target, List<Tokens> texts) {
        return Trigrams.of(target.engine().card().vocabulary(), 0, texts);
    }

    /// Texts of the target's own, drawn by chance.
    private static List<Tokens> stories(TextModel target, int firstSeed, int count, int tokens) {
        Tokens opening = target.tokenize(Prompt.text(OPENING));
        return IntStream.range(firstSeed, firstSeed + count)
                .mapToObj(
                        seed -> {
                            Request request =
                                    Request.of(opening).withSeed(seed).withMaxNewTokens(tokens);
                            Generation story =
                                    target.engine()
                                            .call(
                                                    context ->
                                                            new Sequential()
                                                                    .decode(
                                                                            context, request,
                                                                            Sink.NONE));
                            return opening.plus(story.tokens().toArray());
                        })
                .toList();
    }

    private static Map<String, Decoder> decoders(Trigrams foreign, Trigrams matched) {
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        decoders.put(Bouts.PLAIN, new Sequential());
        decoders.put(
                "prompt lookup",
                new Speculative(
                        PromptLookup.DEFAULT, new Match(), new DraftLength.Fixed(DEPTH), 1));
        decoders.put(still(), drafted(Aded.still(foreign), BUDGET));
        for (int budget : List.of(8, 16, BUDGET, 64)) {
            decoders.put(following(budget), drafted(Aded.isolated(foreign), budget));
        }
        decoders.put(
                searched(), drafted(Aded.isolated(foreign).by(Aded.Search.TREE_SEARCH), BUDGET));
        decoders.put(
                "foreign table, following all texts, budget " + BUDGET,
                drafted(Aded.shared(new AdaptiveTrigrams(foreign, Adaptation.DEFAULT)), BUDGET));
        decoders.put(matched(), drafted(Aded.still(matched), BUDGET));
        decoders.put(
                "own table, following, budget " + BUDGET, drafted(Aded.isolated(matched), BUDGET));
        return decoders;
    }

    private static Speculative drafted(Drafter drafter, int budget) {
        return new Speculative(drafter, new Match(), new DraftLength.Fixed(DEPTH), budget / DEPTH);
    }

    private static String still() {
        return "foreign table, budget " + BUDGET;
    }

    private static String following(int budget) {
        return "foreign table, following, budget " + budget;
    }

    private static String searched() {
        return "foreign table, following, tree search, budget " + BUDGET;
    }

    private static String matched() {
        return "own table, budget " + BUDGET;
    }

    private static Outcome outcome(Bouts bouts) {
        Bout following = bouts.get(following(BUDGET));
        Mean still = bouts.tokensPerPass(still());
        Mean adapted = following.tokensPerPass();
        double first = following.tokensPerPass(0, 1.0 / 3);
        double last = following.tokensPerPass(2.0 / 3, 1);
        boolean sameTexts = bouts.sameTexts();
        boolean holds =
                adapted.value() / still.value() >= LEAST_GAIN
                        && last > first
                        && bouts.tokensPerPass(matched()).value() >= LEAST_MATCHED
                        && adapted.reaches(bouts.tokensPerPass(searched()), ERRORS)
                        && sameTexts;
        List<Figure> table = new ArrayList<>();
        table.add(new Figure("following over staying", adapted.value() / still.value(), "ratio"));
        table.add(new Figure("following, first third", first, "tokens/pass"));
        table.add(new Figure("following, last third", last, "tokens/pass"));
        table.add(new Figure("all texts those of plain decoding", sameTexts ? 1 : 0, "yes is 1"));
        table.addAll(bouts.figures());
        return new Outcome(
                new Figure(still(), still.value(), "tokens/pass"),
                new Figure(following(BUDGET), adapted.value(), "tokens/pass"),
                holds,
                table);
    }
}
