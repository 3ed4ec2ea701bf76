package org.cumae.bench;

import org.cumae.Check;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.engine.Engine;
import org.cumae.model.Tokens;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Tokens a second of one file, alone and with many requests at once, here and in peers, in one
/// run: `cumae bench decode --model FILE --threads 2`.
///
/// Greedy, end-of-text ignored, and the time includes the prompt. At batch 1 the limit is the
/// memory bandwidth measured in the same run over the bytes of weights that one token must read.
public final class DecodeBench {
    private static final int PROMPT_TOKENS = 8;

    private final Path file;
    private final int threads;
    private final int tokens;
    private final int runs;
    private final List<Integer> requests;
    private final Consumer<String> progress;

    /// A bench of one file.
    ///
    /// @param file a GGUF file
    /// @param threads native threads, here and in the peers
    /// @param quick fewer tokens and runs, for a look in under three minutes
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException if threads is below 1
    public DecodeBench(Path file, int threads, boolean quick, Consumer<String> progress) {
        Check.argument(threads > 0, "threads is %d; it must be 1 or more", threads);
        this.file = file;
        this.threads = threads;
        this.tokens = quick ? 32 : 64;
        this.runs = quick ? 3 : 5;
        this.requests = List.of(1, 16);
        this.progress = progress;
    }

    /// Measures.
    ///
    /// @param subject what the rows call the file
    /// @param tokenBytes bytes of weights that the pass of one token reads
    /// @param open opens an engine on the file; it is closed here
    public BenchReport run(String subject, long tokenBytes, Function<Path, Engine> open) {
        progress.accept("memory bandwidth");
        double bandwidth = MemoryBandwidth.measure(threads);
        List<BenchRow> rows = new ArrayList<>();
        rows.add(
                BenchRow.of(
                        "memory bandwidth",
                        "%d threads reading".formatted(threads),
                        bandwidth / 1e9,
                        "GB/s"));
        for (int concurrent : requests) {
            double ours = ours(open, concurrent);
            BenchRow row =
                    BenchRow.of(
                            "decode",
                            "%s, %d %s"
                                    .formatted(
                                            subject,
                                            concurrent,
                                            concurrent == 1 ? "request" : "requests"),
                            ours,
                            "tokens/s");
            if (concurrent == 1) {
                row = row.under(bandwidth / tokenBytes);
            }
            List<BenchRow> besidePeers = besidePeers(row, concurrent);
            rows.addAll(besidePeers.isEmpty() ? List.of(row) : besidePeers);
        }
        return new BenchReport("decode", Machine.describe(), rows);
    }

    private double ours(Function<Path, Engine> open, int concurrent) {
        progress.accept("Cumae, %d at once".formatted(concurrent));
        try (Engine engine = open.apply(file)) {
            tokensPerSecond(engine, concurrent); // warms code and caches up
            return Timing.median(runs, () -> tokensPerSecond(engine, concurrent));
        }
    }

    private double tokensPerSecond(Engine engine, int concurrent) {
        long begin = System.nanoTime();
        List<Future<Integer>> counts =
                IntStream.range(0, concurrent).mapToObj(i -> submit(engine, i)).toList();
        int produced = 0;
        try {
            for (Future<Integer> count : counts) {
                produced += count.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the measured requests failed", e);
        }
        return produced / ((System.nanoTime() - begin) / 1e9);
    }

    private Future<Integer> submit(Engine engine, int number) {
        int vocabulary = engine.card().vocabulary();
        int[] prompt =
                IntStream.range(0, PROMPT_TOKENS)
                        .map(i -> (259 + 97 * number + 31 * i) % vocabulary)
                        .toArray();
        Request request = Request.of(Tokens.of(prompt)).withMaxNewTokens(tokens);
        return engine.submit(
                context -> new Sequential().decode(context, request, Sink.NONE).tokens().size());
    }

    private List<BenchRow> besidePeers(BenchRow row, int concurrent) {
        List<BenchRow> rows = new ArrayList<>();
        for (DecodePeer.Opening opening : DecodePeer.known()) {
            try (DecodePeer peer =
                    opening.open(file, threads, concurrent, PROMPT_TOKENS + tokens)) {
                progress.accept("%s, %d at once".formatted(peer.name(), concurrent));
                peer.tokensPerSecond(concurrent, tokens);
                rows.add(
                        row.beside(
                                peer.name(),
                                Timing.median(
                                        runs, () -> peer.tokensPerSecond(concurrent, tokens))));
            } catch (PeerMissingException e) {
                progress.accept(e.getMessage());
            }
        }
        return Collections.unmodifiableList(rows);
    }
}
