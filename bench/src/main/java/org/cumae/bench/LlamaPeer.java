package org.cumae.bench;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.LogFormat;

import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// llama.cpp through its JVM binding: what a JVM team would use today.
final class LlamaPeer implements DecodePeer {
    private static final int LEAST_CONTEXT = 128;

    /// The id that the binding puts before a text.
    private static final int BEGIN = 1;

    private final DecodeLoad load;
    private final LlamaModel model;
    private final List<String> prompts;

    LlamaPeer(DecodeLoad load) throws PeerMissingException {
        this.load = load;
        if (Files.isDirectory(load.model())) {
            throw new PeerMissingException("it reads GGUF files only");
        }
        loadLibrary();
        int context = load.requests() * Math.max(LEAST_CONTEXT, load.contextTokens());
        try {
            model =
                    new LlamaModel(
                            new ModelParameters()
                                    .disableLog()
                                    .setModel(load.model().toString())
                                    .setThreads(load.threads())
                                    .setThreadsBatch(load.threads())
                                    .setParallel(load.requests())
                                    .setCtxSize(context));
        } catch (RuntimeException e) { // its own exception is not public
            throw new PeerMissingException("it does not load the model: " + e.getMessage());
        }
        prompts =
                IntStream.range(0, load.requests())
                        .mapToObj(request -> prompt(request, DecodeLoad.PROMPT_TOKENS))
                        .toList();
    }

    /// The binding prints where it puts its native library, and not beside a command's answer.
    private static void loadLibrary() {
        PrintStream out = System.out;
        System.setOut(System.err);
        try {
            LlamaModel.setLogger(LogFormat.TEXT, (_, _) -> {});
        } finally {
            System.setOut(out);
        }
    }

    /// The binding takes text only: a text that becomes as many ids as the other prompts have.
    private String prompt(int request, int tokens) {
        StringBuilder text = new StringBuilder().append((char) ('a' + request % 26));
        while (model.encode(text.toString()).length + BEGIN < tokens) {
            text.append("the oak leaf ".charAt(text.length() % 13));
        }
        return text.toString();
    }

    @Override
    public double tokensPerSecond() {
        try (ExecutorService pool = Executors.newFixedThreadPool(load.requests())) {
            long begin = System.nanoTime();
            List<Future<Integer>> counts =
                    IntStream.range(0, load.requests())
                            .mapToObj(i -> pool.submit(() -> generate(i)))
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

    private int generate(int request) {
        AtomicInteger produced = new AtomicInteger();
        generate(prompts.get(request), load.tokens(), produced::incrementAndGet);
        return Math.min(produced.get(), load.tokens()); // its last output says that it has ended
    }

    /// Serves a request beside others.
    ///
    /// @param request which; it decides on the prompt
    /// @param promptTokens how long the prompt is
    /// @param tokens how many new tokens are made
    /// @param told called at each of them
    void generate(int request, int promptTokens, int tokens, Runnable told) {
        AtomicInteger produced = new AtomicInteger();
        generate(
                prompt(request, promptTokens),
                tokens,
                () -> {
                    if (produced.getAndIncrement() < tokens) { // then it says that it has ended
                        told.run();
                    }
                });
    }

    private void generate(String prompt, int tokens, Runnable told) {
        for (LlamaOutput _ :
                model.generate(
                        new InferenceParameters(prompt)
                                .setTemperature(0)
                                .setIgnoreEos(true)
                                .setCachePrompt(false)
                                .setNPredict(tokens))) {
            told.run();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
