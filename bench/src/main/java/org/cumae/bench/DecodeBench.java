package org.cumae.bench;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.engine.Engine;
import org.cumae.model.Tokens;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;
import org.cumae.weights.TensorInfo;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Tokens a second of one model, alone and with many requests at once, here and in peers, in one
/// run: `cumae bench decode --model FILE --threads 2`.
///
/// Greedy, end of text ignored, and the time includes the prompt. For one request the limit is the
/// memory bandwidth measured in the same run over the bytes that the weights of one token take in
/// the file: no program that reads the file's own numbers can be faster.
public final class DecodeBench {
    private static final List<Integer> REQUESTS = List.of(1, 16);

    /// The table that a token takes one row of, where the model has another for its head.
    private static final Map<String, String> EMBEDDING_OF_HEAD =
            Map.of(
                    "output.weight", "token_embd.weight",
                    "lm_head.weight", "model.embed_tokens.weight");

    private final Path model;
    private final String subject;
    private final int threads;
    private final OpenOptions options;
    private final int tokens;
    private final Timing timing;
    private final Consumer<String> progress;

    /// A bench of one model.
    ///
    /// @param model a GGUF file, or a Hugging Face directory, which the peers cannot read
    /// @param subject what the rows call it
    /// @param threads native threads, here and in the peers
    /// @param dtype in which format Cumae computes; see [OpenOptions]
    /// @param quick fewer tokens and runs, for a look in under three minutes
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException if threads is below 1
    public DecodeBench(
            Path model,
            String subject,
            int threads,
            String dtype,
            boolean quick,
            Consumer<String> progress) {
        this.model = model;
        this.subject = subject;
        this.threads = threads;
        this.options = OpenOptions.DEFAULT.withThreads(threads).withDtype(dtype);
        this.tokens = quick ? 32 : 64;
        this.timing =
                quick
                        ? new Timing(3, Duration.ofSeconds(10))
                        : new Timing(5, Duration.ofSeconds(60));
        this.progress = progress;
    }

    /// Measures.
    public BenchReport run() {
        List<BenchRow> rows = new ArrayList<>();
        try (TextModel opened = TextModel.open(model.toString(), options)) {
            progress.accept("memory bandwidth");
            double bandwidth = MemoryBandwidth.measure(threads);
            String readers = "%d threads reading".formatted(threads);
            rows.add(BenchRow.of("memory bandwidth", readers, bandwidth / 1e9, "GB/s"));
            double limit = bandwidth / tokenBytes(model);
            for (int requests : REQUESTS) {
                DecodeLoad load =
                        new DecodeLoad(
                                model,
                                opened.engine().card().vocabulary(),
                                threads,
                                requests,
                                tokens);
                BenchRow row = ours(opened, load);
                rows.addAll(beside(requests == 1 ? row.under(limit) : row, load));
            }
        }
        return new BenchReport("decode", Machine.describe(), rows);
    }

    /// The bytes of a file that one token's pass must read: all tensors, of an embedding that does
    /// not serve as head one row.
    static long tokenBytes(Path model) {
        try (WeightFile file = WeightFile.open(model)) {
            long all = file.infos().stream().mapToLong(TensorInfo::bytes).sum();
            return EMBEDDING_OF_HEAD.entrySet().stream()
                    .filter(pair -> file.has(pair.getKey()) && file.has(pair.getValue()))
                    .map(pair -> file.info(pair.getValue()))
                    .mapToLong(table -> all - table.bytes() + table.bytes() / table.rows())
                    .findFirst()
                    .orElse(all);
        }
    }

    private BenchRow ours(TextModel opened, DecodeLoad load) {
        progress.accept("Cumae, " + load.requestsInWords());
        double rate = timing.median(() -> tokensPerSecond(opened.engine(), load));
        return BenchRow.of(
                "decode",
                "%s, %s, computed in %s"
                        .formatted(subject, load.requestsInWords(), opened.card().dtype()),
                rate,
                "tokens/s");
    }

    private static double tokensPerSecond(Engine engine, DecodeLoad load) {
        long begin = System.nanoTime();
        List<Future<Integer>> counts =
                IntStream.range(0, load.requests()).mapToObj(i -> submit(engine, load, i)).toList();
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

    private static Future<Integer> submit(Engine engine, DecodeLoad load, int number) {
        Request request =
                Request.of(Tokens.of(load.prompt(number))).withMaxNewTokens(load.tokens());
        return engine.submit(
                context -> new Sequential().decode(context, request, Sink.NONE).tokens().size());
    }

    private List<BenchRow> beside(BenchRow row, DecodeLoad load) {
        List<BenchRow> rows = new ArrayList<>();
        for (DecodePeer.Kind kind : DecodePeer.known()) {
            try (DecodePeer peer = kind.opening().open(load)) {
                progress.accept("%s, %s".formatted(kind.name(), load.requestsInWords()));
                rows.add(row.beside(kind.name(), timing.median(peer::tokensPerSecond)));
            } catch (PeerMissingException e) {
                progress.accept("%s: %s".formatted(kind.name(), e.getMessage()));
                rows.add(row.without(kind.name(), String.valueOf(e.getMessage())));
            }
        }
        return rows;
    }
}
