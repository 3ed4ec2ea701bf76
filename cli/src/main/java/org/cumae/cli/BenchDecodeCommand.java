package org.cumae.cli;

import org.cumae.bench.BenchReport;
import org.cumae.bench.DecodeBench;
import org.cumae.text.ModelShelf;
import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `cumae bench decode`: tokens a second of one model, alone and sixteen at once.
@Command(
        name = "decode",
        mixinStandardHelpOptions = true,
        description = {
            "Tokens a second of one model, here and in llama.cpp, alone and sixteen at once.",
            "For one request the limit is the memory bandwidth measured in the same run."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench decode --model model.gguf --threads 2",
            "  ./cumae bench decode --type q8_0 --quick     on 110 M random weights a token"
        })
final class BenchDecodeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "a GGUF file; without it a random one is written to a temporary folder")
    private @Nullable String model;

    @Option(
            names = "--type",
            defaultValue = "q8_0",
            description = "how the random model is stored: f32, f16 or q8_0 (default q8_0)")
    private String type = "q8_0";

    @Option(
            names = "--threads",
            description = "native threads, here and in the peers (default: cores)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--dtype",
            defaultValue = "auto",
            description = "in which format Cumae computes (default auto)")
    private String dtype = "auto";

    @Option(names = "--quick", description = "fewer tokens and runs: under three minutes")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        BenchReport report =
                model == null
                        ? random()
                        : bench(
                                ModelShelf.standard().find(model),
                                String.valueOf(Path.of(model).getFileName()));
        output.print(BenchTable.object(report), () -> BenchTable.words(report));
        return 0;
    }

    private BenchReport random() throws IOException {
        TensorType stored = TensorType.parse(type);
        Path folder = Files.createTempDirectory("cumae-bench");
        Path file = folder.resolve("random.gguf");
        folder.toFile().deleteOnExit(); // when a signal ends the bench; the file goes first
        file.toFile().deleteOnExit();
        try {
            output.progress().say("writing a random model");
            new RandomModel(768, 12, 12, 2048, 32_000, stored, 0).write(file);
            return bench(file, "random 110 M " + stored.name().toLowerCase(Locale.ROOT));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private BenchReport bench(Path file, String subject) {
        return new DecodeBench(file, subject, threads, dtype, quick, output.progress()::say).run();
    }
}
