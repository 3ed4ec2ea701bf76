package org.cumae.bench;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.engine.Engine;
import org.cumae.model.Tokens;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;
import org.cumae.torch.Processor;
import org.cumae.weights.TensorInfo;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
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
                        ? new Timing(Duration.ofSeconds(6), 3, Duration.ofSeconds(30))
                        : new Timing(Duration.ofSeconds(20), 7, Duration.ofSeconds(150));
        this.progress = progress;
    }

    /// Measures.
    public BenchReport run() {
        List<BenchRow> rows = new ArrayList<>();
        try (TextModel opened = TextModel.open(model.toString(), options)) {
            progress.accept("memory bandwidth");
            double bandwidth = Processor.apart(Processor::memoryRate);
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
                rows.addAll(
                        inTurns(
                                opened,
                                load,
                                requests == 1 ? OptionalDouble.of(limit) : OptionalDouble.empty()));
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

    /// Ours and all peers that are there, in turns.
    ///
    /// @param limit in tokens a second, where one is known
    private List<BenchRow> inTurns(TextModel opened, DecodeLoad load, OptionalDouble limit) {
        List<DoubleSupplier> measured = new ArrayList<>();
        measured.add(told("Cumae", load, () -> tokensPerSecond(opened.engine(), load)));
        Map<String, String> missing = new LinkedHashMap<>();
        List<String> present = new ArrayList<>();
        List<DecodePeer> peers = new ArrayList<>();
        try {
            for (DecodePeer.Kind kind : DecodePeer.known()) {
                try {
                    DecodePeer peer = kind.opening().open(load);
                    peers.add(peer);
                    present.add(kind.name());
                    measured.add(told(kind.name(), load, peer::tokensPerSecond));
                } catch (PeerMissingException e) {
                    progress.accept("%s: %s".formatted(kind.name(), e.getMessage()));
                    missing.put(kind.name(), String.valueOf(e.getMessage()));
                }
            }
            List<Double> rates = timing.medians(measured);
            BenchRow alone =
                    BenchRow.of(
                            "decode",
                            "%s, %s, computed in %s"
                                    .formatted(
                                            subject, load.requestsInWords(), opened.card().dtype()),
                            rates.getFirst(),
                            "tokens/s");
            BenchRow ours = limit.isPresent() ? alone.under(limit.getAsDouble()) : alone;
            List<BenchRow> rows = new ArrayList<>();
            for (int i = 0; i < present.size(); i++) {
                rows.add(ours.beside(present.get(i), rates.get(i + 1)));
            }
            missing.forEach((peer, why) -> rows.add(ours.without(peer, why)));
            return rows;
        } finally {
            peers.forEach(DecodePeer::close);
        }
    }

    private DoubleSupplier told(String who, DecodeLoad load, DoubleSupplier measurement) {
        return () -> {
            progress.accept("%s, %s".formatted(who, load.requestsInWords()));
            return measurement.getAsDouble();
        };
    }
}
