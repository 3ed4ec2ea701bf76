package org.cumae.reproduce.speculative;

import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.decode.speculative.Block;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Kseq;
import org.cumae.decode.speculative.Law;
import org.cumae.decode.speculative.RecursiveRejection;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.SmallModel;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.TextModel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Several drafts of a small model, judged together, against one: the bundled model of
/// Shakespeare's plays, drafted by a model eighty times smaller.
///
/// @see <a href="https://arxiv.org/abs/2310.15141">Sun et al. 2023, SpecTr</a>
public final class SpecTr implements Reproduction {
    private static final String TARGET = "shakespeare";
    private static final String DRAFT = "shakespeare-draft";
    private static final int LENGTH = 4;
    private static final double LEAST_GAIN = 1.1;
    private static final double ERRORS = 2;
    private static final List<Integer> ROWS = List.of(1, 2, 3, 5, 9, 17, 33);

    @Override
    public int method() {
        return 46;
    }

    @Override
    public String claim() {
        return "Several independent drafts under K-SEQ give more tokens a pass than one draft, and the"
                + " law of the text stays (here: K=4 at least 1.1 times K=1 at length 4, more drafts"
                + " never fewer tokens, K-SEQ no worse than recursive rejection, surprise unchanged)";
    }

    @Override
    public Outcome run(Trial trial) {
        try (TextModel target = TextModel.open(TARGET);
                TextModel draft = TextModel.open(DRAFT)) {
            List<Tokens> prompts = Prompts.heldOut(target, trial.quick() ? 16 : 50);
            Bouts bouts =
                    Bouts.of(
                            "",
                            target.engine(),
                            decoders(SmallModel.of(draft.engine())),
                            prompts,
                            Sampling.PLAIN,
                            trial.quick() ? 100 : 200,
                            trial.progress());
            trial.progress().accept("times of passes");
            return outcome(bouts, Bouts.passTimes(target.engine(), prompts.getFirst(), ROWS));
        }
    }

    private static Map<String, Decoder> decoders(SmallModel draft) {
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        decoders.put(Bouts.PLAIN, new Sequential());
        for (int length : List.of(2, LENGTH, 8)) {
            decoders.put(chain(length), drafted(draft, new Chain(), length, 1));
        }
        decoders.put("block L=" + LENGTH, drafted(draft, new Block(), LENGTH, 1));
        for (int k : List.of(2, 4, 8)) {
            decoders.put(kseq(k), drafted(draft, new Kseq(), LENGTH, k));
        }
        decoders.put(repeating(), drafted(draft, new RecursiveRejection(true), LENGTH, 4));
        decoders.put(
                "rrs K=4 L=" + LENGTH, drafted(draft, new RecursiveRejection(false), LENGTH, 4));
        return decoders;
    }

    private static Speculative drafted(SmallModel draft, Law law, int length, int width) {
        return new Speculative(draft, law, new DraftLength.Fixed(length), width);
    }

    private static String chain(int length) {
        return "chain L=" + length;
    }

    private static String kseq(int k) {
        return "kseq K=%d L=%d".formatted(k, LENGTH);
    }

    private static String repeating() {
        return "rrs_repeating K=4 L=" + LENGTH;
    }

    private static Outcome outcome(Bouts bouts, List<Figure> passTimes) {
        Mean one = bouts.tokensPerPass(chain(LENGTH));
        Mean two = bouts.tokensPerPass(kseq(2));
        Mean four = bouts.tokensPerPass(kseq(4));
        Mean eight = bouts.tokensPerPass(kseq(8));
        boolean holds =
                four.value() / one.value() >= LEAST_GAIN
                        && four.reaches(two, ERRORS)
                        && eight.reaches(four, ERRORS)
                        && four.reaches(bouts.tokensPerPass(repeating()), ERRORS)
                        && bouts.sameSurprise(ERRORS);
        List<Figure> table = new ArrayList<>();
        table.add(new Figure("K=4 over K=1", four.value() / one.value(), "ratio"));
        table.addAll(bouts.figures());
        table.addAll(passTimes);
        return new Outcome(
                new Figure(chain(LENGTH), one.value(), "tokens/pass"),
                new Figure(kseq(4), four.value(), "tokens/pass"),
                holds,
                table);
    }
}
