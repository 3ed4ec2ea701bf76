package org.cumae.bench;

import org.cumae.Check;
import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.KSelection;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.Synthetic;
import org.cumae.decode.speculative.draft.Anything;
import org.cumae.distribution.Categorical;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineStats;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/// What drafting gains at a given acceptance, beside what the times of passes promise: `cumae bench
/// speculative --model FILE --acceptance 0.8`.
///
/// The draft costs nothing and its tokens are accepted by chance, so all that lies between a figure
/// and its limit is what drafting and verifying cost beside the passes. The limit of a draft of `n`
/// tokens is the tokens that a pass of the run wrote, over the time `T(n + 1)` of a pass of so many
/// rows, measured in turns with it. Beside it, what choosing among candidates costs as vocabularies
/// grow ([KSelection]).
public final class SpeculativeBench {
    private static final int MOST = 8;
    private static final int PROMPT = 8;
    private static final int CANDIDATES = 4;
    private static final List<Integer> VOCABULARIES = List.of(1_000, 4_000, 16_000, 32_000, 64_000);
    private static final long CHOOSING = 20_000_000; // nanoseconds

    private final Path model;
    private final String subject;
    private final OpenOptions options;
    private final double acceptance;
    private final int tokens;
    private final Timing timing;
    private final Consumer<String> progress;

    /// A bench of one model.
    ///
    /// @param model a GGUF file or a Hugging Face directory
    /// @param subject what the rows call it
    /// @param threads native threads
    /// @param dtype in which format is computed; see [OpenOptions]
    /// @param acceptance the probability that a drafted token is accepted after those before it
    /// @param quick fewer tokens and runs, for a look in under three minutes
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException if threads is below 1 or acceptance not in [0, 1]
    public SpeculativeBench(
            Path model,
            String subject,
            int threads,
            String dtype,
            double acceptance,
            boolean quick,
            Consumer<String> progress) {
        Check.argument(threads > 0, "threads is %d; it must be 1 or more", threads);
        new Synthetic(acceptance); // checks it
        this.model = model;
        this.subject = subject;
        this.options = OpenOptions.DEFAULT.withThreads(threads).withDtype(dtype);
        this.acceptance = acceptance;
        this.tokens = quick ? 96 : 256;
        this.timing =
                quick
                        ? new Timing(Duration.ofSeconds(6), 3, Duration.ofSeconds(60))
                        : new Timing(Duration.ofSeconds(20), 7, Duration.ofSeconds(240));
        this.progress = progress;
    }

    /// Measures.
    public BenchReport run() {
        try (TextModel opened = TextModel.open(model.toString(), options)) {
            Engine engine = opened.engine();
            List<DoubleSupplier> measured = new ArrayList<>();
            double[] emitted = new double[MOST + 1]; // tokens a pass, of the last run
            for (int n = 0; n <= MOST; n++) {
                int length = n;
                measured.add(
                        () -> {
                            progress.accept("drafts of %d".formatted(length));
                            return tokensPerSecond(engine, length, emitted);
                        });
                measured.add(() -> passesPerSecond(engine, length + 1));
            }
            VOCABULARIES.forEach(size -> measured.add(choosing(size)));
            List<Double> medians = timing.medians(measured);
            double plain = medians.getFirst();
            List<BenchRow> rows = new ArrayList<>();
            for (int length = 0; length <= MOST; length++) {
                double passes = medians.get(2 * length + 1);
                BenchRow row =
                        BenchRow.of(
                                        "speculative",
                                        "%s, drafts of %d, acceptance %s, computed in %s"
                                                .formatted(
                                                        subject,
                                                        length,
                                                        acceptance,
                                                        opened.card().dtype()),
                                        medians.get(2 * length),
                                        "tokens/s")
                                .under(emitted[length] * passes);
                rows.add(length == 0 ? row : row.beside("no draft", plain));
            }
            double pass = 1e3 / medians.get(2 * CANDIDATES + 1);
            for (int i = 0; i < VOCABULARIES.size(); i++) {
                double milliseconds = medians.get(2 * MOST + 2 + i);
                rows.add(
                        BenchRow.of(
                                        "speculative",
                                        "choice among %d, vocabulary %d"
                                                .formatted(CANDIDATES, VOCABULARIES.get(i)),
                                        milliseconds,
                                        "ms")
                                .beside("a pass of %d rows".formatted(CANDIDATES + 1), pass));
            }
            return new BenchReport("speculative", Machine.describe(), rows);
        }
    }

    /// Milliseconds of what [KSelection] does at one place: the division factor, and the residual
    /// that is drawn from where no candidate is accepted.
    private static DoubleSupplier choosing(int vocabulary) {
        Categorical target = law(vocabulary, 1);
        Categorical draft = law(vocabulary, 2);
        return () -> {
            long begin = System.nanoTime();
            int count = 0;
            double kept = 0;
            while (count == 0 || System.nanoTime() - begin < CHOOSING) {
                kept += KSelection.of(target, draft, CANDIDATES).residual()[0];
                count++;
            }
            Check.state(Double.isFinite(kept), "a residual is %s", kept);
            return (System.nanoTime() - begin) * 1e-6 / count;
        };
    }

    private static Categorical law(int vocabulary, int seed) {
        Noise noise = Noise.of(seed, vocabulary);
        return Categorical.ofWeights(
                IntStream.range(0, vocabulary).mapToDouble(noise::exponential).toArray());
    }

    private double tokensPerSecond(Engine engine, int length, double[] emitted) {
        Decoder decoder =
                length == 0
                        ? new Sequential()
                        : new Speculative(
                                new Anything(),
                                new Synthetic(acceptance),
                                new DraftLength.Fixed(length),
                                1);
        Request request = Request.of(prompt(engine, PROMPT)).withMaxNewTokens(tokens);
        long begin = System.nanoTime();
        Generation generation = engine.call(context -> decoder.decode(context, request, Sink.NONE));
        double seconds = (System.nanoTime() - begin) * 1e-9;
        emitted[length] = generation.ledger().emittedPerForward();
        return generation.tokens().size() / seconds;
    }

    /// Passes of so many rows behind half of what a run writes, each row's law asked for.
    private double passesPerSecond(Engine engine, int rows) {
        Tokens behind = prompt(engine, PROMPT + tokens / 2);
        Query query = Query.feed(prompt(engine, rows)).wantingEveryLaw();
        int count = Math.max(4, tokens / 8);
        return engine.call(
                context -> {
                    context.ask(Query.feed(behind));
                    int length = context.length();
                    EngineStats before = engine.stats();
                    for (int i = 0; i < count; i++) {
                        context.ask(query);
                        context.truncate(length);
                    }
                    EngineStats after = engine.stats();
                    return (after.passes() - before.passes())
                            / (after.passSeconds() - before.passSeconds());
                });
    }

    private static Tokens prompt(Engine engine, int length) {
        int vocabulary = engine.card().vocabulary();
        return Tokens.of(
                IntStream.range(0, length).map(i -> (259 + 31 * i) % vocabulary).toArray());
    }
}
