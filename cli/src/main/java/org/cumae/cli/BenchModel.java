package org.cumae.cli;

import org.cumae.naming.ModelShelf;
import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BiFunction;

/// Which model a bench measures, and how: a file, or random weights that are gone afterwards.
final class BenchModel {
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

    int threads() {
        return threads;
    }

    String dtype() {
        return dtype;
    }

    /// Gives the file, and what to call it, to a bench.
    <T> T with(Progress progress, BiFunction<Path, String, T> bench) throws IOException {
        if (model != null) {
            return bench.apply(
                    ModelShelf.standard().find(model),
                    String.valueOf(Path.of(model).getFileName()));
        }
        TensorType stored = TensorType.parse(type);
        Path folder = Files.createTempDirectory("cumae-bench");
        Path file = folder.resolve("random.gguf");
        folder.toFile().deleteOnExit(); // when a signal ends the bench; the file goes first
        file.toFile().deleteOnExit();
        try {
            progress.say("writing a random model");
            new RandomModel(768, 12, 12, 12, 2048, 32_000, stored, 0).write(file);
            return bench.apply(file, "random 110 M " + stored.name().toLowerCase(Locale.ROOT));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
