package org.cumae.reproduce.diffusion;

import org.cumae.decode.Sequential;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.engine.Engine;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.diffusion.School.Shape;
import org.cumae.reproduce.diffusion.School.Way;
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
    private static final double MOST_LOSS = 0.01;

    @Override
    public int method() {
        return 30;
    }

    @Override
    public String claim() {
        return "Masks are filled under plain causal attention by a model that stays a next-token model,"
                + " and a window that streams writes faster than whole blocks (here, small models,"
                + " windows of 8: next-token loss within 0.05 nats of the base's if that is learned too,"
                + " and further off if not; streaming has more tokens a row than blocks at every limit,"
                + " and at the loosest at least 1.3 times the tokens a second on counting; there it is"
                + " faster than plain decoding; tokens a pass fall from counting over records to sums;"
                + " at a limit of 0.4 at most 1 point fewer right answers on records)";
    }

    @Override
    public Outcome run(Trial trial) {
        long steps = trial.quick() ? 400 : 1200;
        Shape shape = new Shape(3, 96);
        Denoising prefix = new Denoising(WINDOW, Reading.PREFIX, false);
        Denoising blocks = new Denoising(WINDOW, Reading.BLOCKS, false);
        List<Task> tasks = List.of(Task.COUNTING, Task.RECORDS, Task.SUMS);
        try (School school = new School(tasks, trial.progress())) {
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
            Writing writing = Writing.of(school, tasks, base, kept, trial);
            table.addAll(writing.figures);
            boolean holds = Math.abs(drift) <= MOST_DRIFT && driftAlone > drift && writing.holds();
            return new Outcome(
                    new Figure(
                            "next tokens on counting",
                            writing.plain.getFirst().tokensPerPass(),
                            "tokens/pass"),
                    new Figure(
                            "streaming on counting, limit 0.9",
                            writing.streams.getFirst().getLast().tokensPerPass(),
                            "tokens/pass"),
                    holds,
                    table);
        }
    }

    /// What is written, by task, and for windows by limit.
    private record Writing(
            List<Exam.Sitting> plain,
            List<List<Exam.Sitting>> streams,
            List<List<Exam.Sitting>> blocks,
            List<Figure> figures) {
        static Writing of(School school, List<Task> tasks, Path base, Path model, Trial trial) {
            List<Exam> exams =
                    tasks.stream()
                            .map(task -> Exam.of(task, school.tokenizer(), trial.quick() ? 30 : 80))
                            .toList();
            List<Figure> figures = new ArrayList<>();
            List<Exam.Sitting> plain = new ArrayList<>();
            try (Engine engine = Exam.engine(base)) {
                for (Exam exam : exams) {
                    plain.add(exam.sit("next tokens", engine, new Sequential()));
                    figures.addAll(plain.getLast().figures());
                }
            }
            List<List<Exam.Sitting>> streams = new ArrayList<>();
            List<List<Exam.Sitting>> blocks = new ArrayList<>();
            try (Engine engine = Exam.engine(model)) {
                trial.progress().accept("texts");
                for (Exam exam : exams) {
                    streams.add(sit(exam, engine, Pacing.Commit.STREAM, "streaming"));
                    blocks.add(sit(exam, engine, Pacing.Commit.FUSED, "by blocks"));
                    streams.getLast().forEach(each -> figures.addAll(each.figures()));
                    blocks.getLast().forEach(each -> figures.addAll(each.figures()));
                    figures.addAll(
                            exam.sit("next tokens of the same model", engine, new Sequential())
                                    .figures());
                }
                figures.addAll(
                        RowCosts.of(engine, exams.getFirst().prompts().getFirst()).figures());
            }
            return new Writing(plain, streams, blocks, figures);
        }

        private static List<Exam.Sitting> sit(
                Exam exam, Engine engine, Pacing.Commit commit, String how) {
            return LIMITS.stream()
                    .map(
                            limit ->
                                    exam.sit(
                                            "%s, limit %s".formatted(how, limit),
                                            engine,
                                            new BlockDiffusion(
                                                            new RevealPolicy.EntropyDistance(
                                                                    limit, PRICE))
                                                    .with(Pacing.USUAL.committing(commit))))
                    .toList();
        }

        boolean holds() {
            boolean cacheable = true;
            for (int task = 0; task < streams.size(); task++) {
                for (int i = 0; i < LIMITS.size(); i++) {
                    cacheable &=
                            streams.get(task).get(i).cacheability()
                                    > blocks.get(task).get(i).cacheability();
                }
            }
            Exam.Sitting counting = streams.getFirst().getLast();
            List<Exam.Sitting> records = streams.get(1);
            boolean ordered =
                    counting.tokensPerPass() >= records.getLast().tokensPerPass()
                            && records.getLast().tokensPerPass()
                                    >= streams.getLast().getLast().tokensPerPass();
            return cacheable
                    && counting.rate() >= LEAST_GAIN * blocks.getFirst().getLast().rate()
                    && counting.rate() > plain.getFirst().rate()
                    && ordered
                    && records.get(LIMITS.indexOf(USUAL)).accuracy()
                            >= records.getFirst().accuracy() - MOST_LOSS - 1e-9;
        }
    }
}
