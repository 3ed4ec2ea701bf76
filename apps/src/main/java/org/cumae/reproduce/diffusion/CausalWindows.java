package org.cumae.reproduce.diffusion;

import org.cumae.decode.Sequential;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.Pacing.Commit;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.diffusion.School.Shape;
import org.cumae.reproduce.diffusion.School.Way;
import org.cumae.text.GenerationOptions;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;
import org.cumae.train.denoise.MaskProcess;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A next-token model that fills masks under causal attention: a window that streams beside one
/// that waits for whole blocks, with the same weights and the same rule of writing.
///
/// @see <a href="https://arxiv.org/abs/2512.22737">WeDLM 2025</a>
public final class CausalWindows implements Reproduction {
    private static final int WINDOW = 8;
    private static final double PRICE = 0.02;
    private static final List<Double> LIMITS = List.of(0.0, 0.1, 0.4, 0.9);
    private static final double USUAL = 0.4;
    private static final double MOST_DRIFT = 0.05;
    private static final double LEAST_GAIN = 1.3;

    @Override
    public int method() {
        return 30;
    }

    @Override
    public String claim() {
        return "Masks are filled under plain causal attention by a model that stays a next-token model,"
                + " and a window that streams writes faster than whole blocks (here, small models,"
                + " windows of 8: next-token loss within 0.05 nats of the base's if that is learned too,"
                + " and further off if not; the bundled models of crystals: streaming has more tokens a"
                + " row than blocks at every limit, and at the loosest at least 1.3 times the tokens a"
                + " second; there it is faster than plain decoding, and writes more tokens a pass than"
                + " of plays; at a limit of 0.4 at most 1 point fewer right and .02 nats a character more"
                + " surprising to the base than one a pass)";
    }

    @Override
    public Outcome run(Trial trial) {
        long steps = trial.quick() ? 400 : 1200;
        Shape shape = new Shape(3, 96);
        Denoising prefix = new Denoising(WINDOW, Reading.PREFIX, false);
        Denoising blocks = new Denoising(WINDOW, Reading.BLOCKS, false);
        List<Task> tasks = List.of(Task.COUNTING, Task.RECORDS, Task.SUMS);
        try (School school = School.of(tasks, trial.progress())) {
            Path base = school.plain("next tokens", shape, steps);
            Path kept =
                    school.converted(
                            "causal, next tokens too",
                            base,
                            new Way(prefix, MaskProcess.WEDLM, 1),
                            steps / 3);
            Path left =
                    school.converted(
                            "causal, masks alone",
                            base,
                            new Way(prefix, MaskProcess.WEDLM),
                            steps / 3);
            Path both =
                    school.converted(
                            "both directions", base, new Way(blocks, MaskProcess.WEDLM), steps / 3);
            double before = school.surprise(base);
            double drift = school.surprise(kept) - before;
            double driftAlone = school.surprise(left) - before;
            List<Figure> table =
                    new ArrayList<>(
                            List.of(
                                    new Figure("next-token loss of the base", before, "nats/token"),
                                    new Figure("its change, next tokens too", drift, "nats"),
                                    new Figure("its change, masks alone", driftAlone, "nats"),
                                    new Figure(
                                            "bound, causal in the block",
                                            school.bound(kept),
                                            "nats/token"),
                                    new Figure(
                                            "bound, both directions",
                                            school.bound(both),
                                            "nats/token")));
            Writing writing = Writing.of(trial);
            table.addAll(writing.figures);
            boolean holds = Math.abs(drift) <= MOST_DRIFT && driftAlone > drift && writing.holds();
            return new Outcome(
                    new Figure("next tokens", writing.plain.tokensPerPass(), "tokens/pass"),
                    new Figure(
                            "streaming, limit 0.9",
                            writing.streams.getLast().tokensPerPass(),
                            "tokens/pass"),
                    holds,
                    table);
        }
    }

    /// What is written of crystals, for windows by limit.
    ///
    /// @param plain by the base
    /// @param plays tokens a pass of plays at the loosest limit
    private record Writing(
            Sitting plain,
            List<Sitting> streams,
            List<Sitting> blocks,
            double plays,
            List<Figure> figures) {
        private static final double DRAFTING = 2; // the limit of drafts, which may be wrong

        static Writing of(Trial trial) {
            List<Figure> figures = new ArrayList<>();
            Sitting plain;
            List<Sitting> streams = new ArrayList<>();
            List<Sitting> blocks = new ArrayList<>();
            try (CrystalExam crystals = CrystalExam.of(trial.quick() ? 6 : 40);
                    TextModel model = CrystalExam.open("crystals-wedlm")) {
                plain = crystals.sit("next tokens", crystals.reader(), new Sequential());
                figures.addAll(plain.figures());
                String own = "next tokens of the same model";
                figures.addAll(crystals.sit(own, model, new Sequential()).figures());
                for (double limit : LIMITS) {
                    trial.progress().accept("limit %s".formatted(limit));
                    String at = "limit %s".formatted(limit);
                    streams.add(
                            crystals.sit("streaming, " + at, model, decoder(limit, Commit.STREAM)));
                    blocks.add(
                            crystals.sit("by blocks, " + at, model, decoder(limit, Commit.FUSED)));
                    figures.addAll(streams.getLast().figures());
                    figures.addAll(blocks.getLast().figures());
                }
                BlockDiffusion drafts =
                        decoder(DRAFTING, Commit.STREAM)
                                .with(Pacing.USUAL.foretelling(Pacing.Foretelling.VERIFIES));
                figures.addAll(
                        crystals.sit("verified, limit %s".formatted(DRAFTING), model, drafts)
                                .figures());
                figures.addAll(RowCosts.of(model.engine(), crystals.prompt(model)).figures());
            }
            double plays = tokensOfPlays();
            figures.add(new Figure("plays, streaming, limit 0.9", plays, "tokens/pass"));
            return new Writing(plain, streams, blocks, plays, figures);
        }

        private static BlockDiffusion decoder(double limit, Commit commit) {
            return new BlockDiffusion(new RevealPolicy.EntropyDistance(limit, PRICE))
                    .with(Pacing.USUAL.committing(commit));
        }

        private static double tokensOfPlays() {
            try (TextModel model = CrystalExam.open("shakespeare-draft-wedlm")) {
                TextRequest request =
                        TextRequest.of("ROMEO:")
                                .withOptions(
                                        GenerationOptions.NONE
                                                .withMaxTokens(200)
                                                .withTemperature(0))
                                .withDecoder(decoder(LIMITS.getLast(), Commit.STREAM));
                return model.generate(request).ledger().emittedPerForward();
            }
        }

        boolean holds() {
            boolean cacheable = true;
            for (int i = 0; i < LIMITS.size(); i++) {
                cacheable &= streams.get(i).cacheability() > blocks.get(i).cacheability();
            }
            Sitting loosest = streams.getLast();
            return cacheable
                    && loosest.rate() >= LEAST_GAIN * blocks.getLast().rate()
                    && loosest.rate() > plain.rate()
                    && loosest.tokensPerPass() >= plays
                    && streams.get(LIMITS.indexOf(USUAL)).isAsGoodAs(streams.getFirst());
        }
    }
}
