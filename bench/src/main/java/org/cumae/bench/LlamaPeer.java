package org.cumae.bench;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// llama.cpp through its JVM binding: what a JVM team would use today.
final class LlamaPeer implements DecodePeer {
    private final LlamaModel model;

    LlamaPeer(Path file, int threads, int concurrent, int contextTokens)
            throws PeerMissingException {
        try {
            LlamaModel.setLogger(null, (_, _) -> {});
            model =
                    new LlamaModel(
                            new ModelParameters()
                                    .setModel(file.toString())
                                    .setThreads(threads)
                                    .setThreadsBatch(threads)
                                    .setParallel(concurrent)
                                    .setCtxSize(concurrent * Math.max(128, contextTokens)));
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
            throw new PeerMissingException(
                    "de.kherud:llama has no native library for this machine: " + e.getMessage());
        }
    }

    @Override
    public String name() {
        return "llama.cpp (de.kherud:llama 4.2.0)";
    }

    @Override
    public double tokensPerSecond(int concurrent, int tokens) {
        try (ExecutorService pool = Executors.newFixedThreadPool(concurrent)) {
            long begin = System.nanoTime();
            List<Future<Integer>> counts =
                    IntStream.range(0, concurrent)
                            .mapToObj(i -> pool.submit(() -> generate(i, tokens)))
                            .toList();
            int produced = 0;
            for (Future<Integer> count : counts) {
                produced += count.get();
            }
            return produced / ((System.nanoTime() - begin) / 1e9);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the peer failed", e);
        }
    }

    private int generate(int number, int tokens) {
        String prompt = " %caaa baaa caaa daaa eaaa faaa".formatted('a' + number);
        int produced = 0;
        for (LlamaOutput _ :
                model.generate(
                        new InferenceParameters(prompt)
                                .setTemperature(0)
                                .setIgnoreEos(true)
                                .setCachePrompt(false)
                                .setNPredict(tokens))) {
            produced++;
        }
        return produced;
    }

    @Override
    public void close() {
        model.close();
    }
}
