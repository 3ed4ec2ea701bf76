package org.cumae.bench;

import org.cumae.Check;
import org.cumae.decode.Decoder;
import org.cumae.decode.Step;
import org.cumae.decode.speculative.PassTimes;
import org.cumae.text.OpenModels;
import org.cumae.text.OpenOptions;
import org.cumae.text.Prompt;
import org.cumae.text.Surprise;
import org.cumae.text.TextGeneration;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/// Ways of writing after the same prompts, held against each other in one run: `cumae bench
/// decoders`.
///
/// The first way is what the others are held against: its model says how likely their texts are,
/// and its texts which of theirs are the same. Speeds are measured in turns. Side by side, as many
/// requests as wanted write text after text for a while, and the tokens that were committed in it
/// are counted, so that a way that ends early does not leave the others alone.
public final class DecoderBench {
    /// The ways of the bundled models of crystals: one base, and what was made of it.
    public static final List<String> CRYSTALS =
            List.of(
                    "crystals",
                    "crystals=speculative:suffix",
                    "crystals=speculative:aded",
                    "crystals-sdar=block-diffusion",
                    "crystals-fastdllm=block-diffusion:sub_block=8",
                    "crystals-wedlm=block-diffusion:entropy_distance",
                    "crystals-wedlm=block-diffusion:entropy_distance,tau=2,verify=exact",
                    "crystals-canvas=block-diffusion:guided,guide=crystals",
                    "crystals-wedlm",
                    "crystals-wedlm=speculative:suffix",
                    "crystals-wedlm=8*sequential + 4*speculative:suffix"
                            + " + 4*block-diffusion:entropy_distance");

    private static final List<Integer> TIMED_ROWS = List.of(1, 2, 4, 8, 16, 32, 64);
    private static final int REPEATS = 15;

    private final List<DecoderArm> arms;
    private final DecoderWork work;
    private final int ways;
    private final OpenOptions options;
    private final Pace pace;
    private final Consumer<String> progress;

    /// A bench of some ways of writing.
    ///
    /// @param arms the ways, what they are held against first; that one is no mixture
    /// @param ways how many requests run side by side
    /// @param threads native threads
    /// @param quick fewer and shorter runs
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException if there is no way, or a number is below 1
    public DecoderBench(
            List<DecoderArm> arms,
            DecoderWork work,
            int ways,
            int threads,
            boolean quick,
            Consumer<String> progress) {
        this(arms, work, ways, threads, quick ? Pace.QUICK : Pace.WHOLE, progress);
    }

    /// How long is measured.
    ///
    /// @param window of one measurement
    /// @param timing how often it comes again
    record Pace(Duration window, Timing timing) {
        static final Pace QUICK =
                new Pace(
                        Duration.ofMillis(1500),
                        new Timing(Duration.ofSeconds(10), 2, Duration.ofSeconds(60)));
        static final Pace WHOLE =
                new Pace(
                        Duration.ofSeconds(4),
                        new Timing(Duration.ofSeconds(40), 5, Duration.ofMinutes(10)));
    }

    DecoderBench(
            List<DecoderArm> arms,
            DecoderWork work,
            int ways,
            int threads,
            Pace pace,
            Consumer<String> progress) {
        Check.argument(
                !arms.isEmpty() && !arms.getFirst().isMixed(),
                "there is nothing to hold against; begin with a model and one decoder");
        Check.argument(ways > 0, "ways is %d; it must be 1 or more", ways);
        Check.argument(threads > 0, "threads is %d; it must be 1 or more", threads);
        this.arms = List.copyOf(arms);
        this.work = work;
        this.ways = ways;
        this.options = OpenOptions.DEFAULT.withThreads(threads);
        this.pace = pace;
        this.progress = progress;
    }

    /// Measures.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is no such model
    public DecoderReport run() {
        try (OpenModels models = new OpenModels(options)) {
            List<Way> all = arms.stream().map(arm -> Way.of(arm, models)).toList();
            List<List<TextGeneration>> texts = new ArrayList<>();
            for (Way way : all) {
                progress.accept("texts of " + way.arm.words());
                texts.add(way.arm.isMixed() ? List.of() : texts(way));
            }
            List<DoubleSupplier> measured = new ArrayList<>();
            for (Way way : all) {
                measured.add(
                        () -> {
                            progress.accept(way.arm.words());
                            return way.arm.isMixed() ? Double.NaN : alone(way);
                        });
                measured.add(() -> together(way));
            }
            List<Double> speeds = pace.timing.medians(measured);
            List<DecoderRow> rows = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                double together = speeds.get(2 * i + 1);
                rows.add(
                        all.get(i).arm.isMixed()
                                ? DecoderRow.mixed(all.get(i).arm.words(), together)
                                : row(
                                        all,
                                        texts.getFirst(),
                                        i,
                                        texts.get(i),
                                        speeds.get(2 * i),
                                        together));
            }
            return new DecoderReport(
                    Machine.describe(), work.prompts().size(), work.maxTokens(), ways, rows);
        }
    }

    private DecoderRow row(
            List<Way> all,
            List<TextGeneration> first,
            int at,
            List<TextGeneration> texts,
            double alone,
            double together) {
        Way way = all.get(at);
        double passes = 0;
        double tokens = 0;
        double rows = 0;
        double same = 0;
        double right = 0;
        for (int i = 0; i < texts.size(); i++) {
            TextGeneration text = texts.get(i);
            passes += text.ledger().forwards();
            tokens += text.tokens().size();
            rows += text.ledger().rows() - way.model.tokenize(prompt(i)).size();
            same += text.text().equals(first.get(i).text()) ? 1 : 0;
            if (work.judge().isPresent()) {
                right += work.judge().get().test(work.prompts().get(i), text.text()) ? 1 : 0;
            }
        }
        double rowsPerPass = Math.max(rows / passes, 1);
        PassTimes times =
                PassTimes.measure(
                        way.model.engine(), way.model.tokenize(prompt(0)), TIMED_ROWS, REPEATS);
        int count = texts.size();
        return new DecoderRow(
                way.arm.words(),
                texts.stream().allMatch(text -> text.ledger().exact()),
                passes / count,
                tokens / passes,
                rowsPerPass,
                times.of(rowsPerPass) / times.of(1),
                surprise(all.getFirst().model, texts),
                same / count,
                work.judge().isPresent() ? right / count : Double.NaN,
                alone,
                together);
    }

    private Prompt prompt(int number) {
        return Prompt.text(work.prompts().get(number));
    }

    /// Nats a character of texts behind their prompts, as a model finds them.
    private double surprise(TextModel model, List<TextGeneration> texts) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> Surprise.of(model, work.prompts().get(i), texts.get(i).text()))
                .reduce(new Surprise(0, 0), Surprise::plus)
                .each();
    }

    private List<TextGeneration> texts(Way way) {
        return IntStream.range(0, work.prompts().size())
                .mapToObj(i -> way.model.generate(way.request(work, i, 0)))
                .toList();
    }

    private double alone(Way way) {
        long begin = System.nanoTime();
        long tokens = 0;
        int prompt = 0;
        do {
            int number = prompt++ % work.prompts().size();
            tokens += way.model.generate(way.request(work, number, 0)).tokens().size();
        } while (System.nanoTime() - begin < pace.window.toNanos());
        return tokens / ((System.nanoTime() - begin) * 1e-9);
    }

    private double together(Way way) {
        LongAdder tokens = new LongAdder();
        long end = System.nanoTime() + pace.window.toNanos();
        List<Future<?>> writers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int writer = 0;
            for (int part = 0; part < way.decoders.size(); part++) {
                for (int i = 0; i < way.arm.parts().get(part).count(); i++) {
                    int decoder = part;
                    int first = writer++;
                    writers.add(threads.submit(() -> write(way, decoder, first, end, tokens)));
                }
            }
        }
        writers.forEach(Future::resultNow); // none has failed
        return tokens.sum() / (pace.window.toNanos() * 1e-9);
    }

    /// Text after text until the time is over.
    private void write(Way way, int decoder, int first, long end, LongAdder tokens) {
        for (int i = first; System.nanoTime() < end; i++) {
            way.model.generate(
                    way.request(work, i % work.prompts().size(), decoder),
                    piece -> {
                        if (System.nanoTime() >= end) {
                            return false;
                        }
                        if (piece.token()
                                .filter(token -> token.state() == Step.State.COMMITTED)
                                .isPresent()) {
                            tokens.increment();
                        }
                        return true;
                    });
        }
    }

    /// An arm whose model is open.
    private record Way(DecoderArm arm, TextModel model, List<Decoder> decoders) {
        static Way of(DecoderArm arm, OpenModels models) {
            TextModel model = models.open(arm.model());
            return new Way(
                    arm,
                    model,
                    arm.parts().stream()
                            .map(part -> model.decoder(part.decoder(), models::find))
                            .toList());
        }

        TextRequest request(DecoderWork work, int prompt, int decoder) {
            return work.request(prompt).withDecoder(decoders.get(decoder));
        }
    }
}
