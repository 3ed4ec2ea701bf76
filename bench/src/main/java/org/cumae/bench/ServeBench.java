package org.cumae.bench;

import org.cumae.Check;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineStats;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The load test of serving: the same requests at the same times, served by the engine, by what
/// Flover (arXiv 2305.13484) compares itself with, and by llama.cpp's server loop, in one run.
///
/// First it measures what a request takes alone, and how many requests a second the engine serves
/// when all are there at once, its capacity. Then requests come by a Poisson process at a share of
/// that, with uneven prompts and answers. A request counts as good if its first token came within 5
/// lone first tokens and 10 lone steps, and its others at 3 lone steps each or less.
public final class ServeBench {
    private static final double GOOD_FIRST = 5;
    private static final double GOOD_STEPS = 10;
    private static final double GOOD_EACH = 3;
    private static final long SEED = 11;

    private final Path model;
    private final String subject;
    private final int threads;
    private final int ways;
    private final OpenOptions options;
    private final double load;
    private final int requests;
    private final int most;
    private final Consumer<String> progress;

    /// A load test of one model.
    ///
    /// @param model a GGUF file, or a Hugging Face directory, which the peer cannot read
    /// @param subject what the report calls it
    /// @param threads native threads, here and in the peer
    /// @param ways how many requests may run at once, and how many instances there are
    /// @param dtype in which format Cumae computes; see [OpenOptions]
    /// @param load share of the capacity at which requests come
    /// @param quick fewer and shorter requests
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException naming what is out of range
    public ServeBench(
            Path model,
            String subject,
            int threads,
            int ways,
            String dtype,
            double load,
            boolean quick,
            Consumer<String> progress) {
        Check.argument(threads > 0, "threads is %d; it must be 1 or more", threads);
        Check.argument(ways > 0, "ways is %d; it must be 1 or more", ways);
        Check.argument(
                load > 0 && load <= 10, "the load is %s of capacity; give 0.8, or up to 10", load);
        this.model = model;
        this.subject = subject;
        this.threads = threads;
        this.ways = ways;
        this.options = OpenOptions.DEFAULT.withThreads(threads).withDtype(dtype);
        this.load = load;
        this.requests = quick ? 3 * ways : 10 * ways;
        this.most = quick ? 32 : 64;
        this.progress = progress;
    }

    /// Measures.
    public ServeReport run() {
        OpenOptions limited =
                options.withLimits(options.limits().withMaxRunning(ways).withReuse(false));
        try (TextModel opened = TextModel.open(model.toString(), limited)) {
            Engine engine = opened.engine();
            ServeArm fused = new ServeArm.Fused(engine);
            progress.accept("warming up");
            serve(fused, ServeLoad.poisson(2 * ways, Double.POSITIVE_INFINITY, most, 1));
            progress.accept("a request alone");
            ServeRow.Served lone = alone(fused);
            progress.accept("all at once");
            ServeLoad all = ServeLoad.poisson(requests, Double.POSITIVE_INFINITY, most, SEED);
            EngineStats before = engine.stats();
            double seconds = longest(serve(fused, all));
            double inPasses = engine.stats().passSeconds() - before.passSeconds();
            double capacity = requests / seconds;
            ServeRow.Limits limits =
                    new ServeRow.Limits(
                            GOOD_FIRST * lone.first() + GOOD_STEPS * lone.each(),
                            GOOD_EACH * lone.each());
            ServeLoad arriving = ServeLoad.poisson(requests, load * capacity, most, SEED);
            return new ServeReport(
                    Machine.describe(),
                    subject + ", computed in " + opened.card().dtype(),
                    ways,
                    requests,
                    load,
                    capacity,
                    1e3 * lone.first(),
                    1e3 * lone.each(),
                    1e3 * limits.first(),
                    1e3 * limits.each(),
                    1 - inPasses / seconds,
                    rows(engine, arriving, limits, lone));
        }
    }

    private ServeRow.Served alone(ServeArm fused) {
        List<ServeRow.Served> lone = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ServeLoad.Arrival one =
                    new ServeLoad.Arrival(i, 0, (8 + ServeLoad.MOST_PROMPT) / 2, most);
            lone.addAll(serve(fused, new ServeLoad(List.of(one))));
        }
        lone.sort(java.util.Comparator.comparingDouble(ServeRow.Served::last));
        return lone.get(lone.size() / 2);
    }

    private List<ServeRow> rows(
            Engine engine, ServeLoad arriving, ServeRow.Limits limits, ServeRow.Served lone) {
        List<ServeRow> rows = new ArrayList<>();
        rows.add(row("Cumae, fused", new ServeArm.Fused(engine), arriving, limits));
        rows.add(
                row(
                        "static batches of " + ways,
                        // as long as requests come, a batch waits until it is full
                        new ServeArm.Batches(engine, ways, patience(arriving)),
                        arriving,
                        limits));
        Duration window = Duration.ofNanos((long) (1e9 * lone.last() / 2));
        rows.add(
                row(
                        "dynamic batches, window %d ms".formatted(window.toMillis()),
                        new ServeArm.Batches(engine, ways, window),
                        arriving,
                        limits));
        rows.add(
                row(
                        "one after the other",
                        new ServeArm.Instances(List.of(engine)),
                        arriving,
                        limits));
        rows.add(instances(arriving, limits));
        rows.add(llama(arriving, limits));
        return rows;
    }

    /// The longest gap between requests that a batch is filled over.
    private static Duration patience(ServeLoad load) {
        double end = load.arrivals().getLast().seconds();
        double mean = end / Math.max(1, load.arrivals().size() - 1);
        return Duration.ofNanos((long) (1e9 * mean * 3 * Math.sqrt(load.arrivals().size())));
    }

    private ServeRow instances(ServeLoad arriving, ServeRow.Limits limits) {
        List<TextModel> opened = new ArrayList<>();
        try {
            for (int i = 0; i < ways; i++) {
                opened.add(TextModel.open(model.toString(), options));
            }
            return row(
                    ways + " concurrent instances",
                    new ServeArm.Instances(opened.stream().map(TextModel::engine).toList()),
                    arriving,
                    limits);
        } finally {
            opened.forEach(TextModel::close);
        }
    }

    private ServeRow llama(ServeLoad arriving, ServeRow.Limits limits) {
        String name = "llama.cpp (de.kherud:llama 4.2.0)";
        try {
            int vocabulary = Integer.MAX_VALUE; // it takes text
            LlamaPeer peer =
                    new LlamaPeer(
                            new DecodeLoad(
                                    model,
                                    vocabulary,
                                    threads,
                                    ways,
                                    ServeLoad.MOST_PROMPT + most));
            return row(name, new ServeArm.Llama(peer), arriving, limits);
        } catch (PeerMissingException e) {
            return ServeRow.without(name, String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            return ServeRow.without(name, "it is not on the class path; ./cumae bench adds it");
        }
    }

    private ServeRow row(String name, ServeArm arm, ServeLoad arriving, ServeRow.Limits limits) {
        progress.accept(name);
        try (arm) {
            // One request first: it opens what is opened at the first use.
            serve(arm, new ServeLoad(List.of(new ServeLoad.Arrival(0, 0, 8, 4))));
            return ServeRow.of(name, serve(arm, arriving), limits);
        }
    }

    private static double longest(List<ServeRow.Served> served) {
        return served.stream().mapToDouble(ServeRow.Served::end).max().orElseThrow();
    }

    /// Sends every request at its time, whatever became of those before.
    static List<ServeRow.Served> serve(ServeArm arm, ServeLoad load) {
        List<Watch> watches = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        long begin = System.nanoTime();
        for (ServeLoad.Arrival arrival : load.arrivals()) {
            long due = begin + (long) (1e9 * arrival.seconds());
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            Watch watch = new Watch(begin, due);
            watches.add(watch);
            running.add(arm.submit(arrival, watch::tick));
        }
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("a measured request failed", e);
        }
        for (int i = 0; i < watches.size(); i++) {
            int told = watches.get(i).count.get();
            int asked = load.arrivals().get(i).tokens();
            Check.state(told == asked, "request %d got %d tokens and asked for %d", i, told, asked);
        }
        return watches.stream().map(Watch::served).toList();
    }

    /// When a request's tokens came.
    private static final class Watch {
        private final long begin;
        private final long due;
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicLong first = new AtomicLong();
        private final AtomicLong last = new AtomicLong();

        Watch(long begin, long due) {
            this.begin = begin;
            this.due = due;
        }

        void tick() {
            long now = System.nanoTime();
            if (count.getAndIncrement() == 0) {
                first.set(now);
            }
            last.set(now);
        }

        ServeRow.Served served() {
            return new ServeRow.Served(
                    count.get(),
                    (first.get() - due) / 1e9,
                    (last.get() - due) / 1e9,
                    (last.get() - begin) / 1e9);
        }
    }
}
