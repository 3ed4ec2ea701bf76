package org.cumae.cli;

import org.cumae.Check;
import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae model random OUT.gguf`: a model as large and as slow as a real one, without a download.
@Command(
        name = "random",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Write a model of the Llama family with random weights and a made-up vocabulary.",
            "It runs as fast as a trained one of its size, and writes nonsense."
        },
        footer = {
            "",
            "Example: ./cumae model random r110.gguf --type q8_0",
            "         ./cumae generate r110.gguf hello --max-tokens 20"
        })
final class ModelRandomCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "OUT.gguf", description = "the file to write")
    private Path out = Path.of("");

    @Option(names = "--width", description = "the width of a token's vector")
    private int width = 768;

    @Option(names = "--layers", description = "how many layers")
    private int layers = 12;

    @Option(names = "--heads", description = "attention heads; they divide the width")
    private int heads = 12;

    @Option(
            names = "--key-heads",
            description = "heads of keys and values; they divide the heads (default: as many)")
    private Optional<Integer> keyHeads = Optional.empty();

    @Option(names = "--inner", description = "the width inside the feed-forward part")
    private int inner = 2048;

    @Option(names = "--vocabulary", description = "how many tokens")
    private int vocabulary = 32_000;

    @Option(names = "--type", description = "how matrices are stored: f32, f16 or q8_0")
    private String type = "f32";

    @Option(names = "--seed", description = "the same seed gives the same file")
    private long seed = 0;

    @Option(names = "--force", description = "replace a file that is there already")
    private boolean force;

    @Override
    public Integer call() {
        Check.argument(force || !Files.exists(out), "%s exists; --force replaces it", out);
        RandomModel model =
                new RandomModel(
                        width,
                        layers,
                        heads,
                        keyHeads.orElse(heads),
                        inner,
                        vocabulary,
                        TensorType.parse(type),
                        seed);
        model.write(out);
        long bytes = size(out);
        ObjectNode object =
                Json.MAPPER
                        .createObjectNode()
                        .put("path", out.toString())
                        .put("parameters", model.parameters())
                        .put("dtype", model.type().name().toLowerCase(Locale.ROOT))
                        .put("bytes", bytes);
        output.print(
                object,
                () ->
                        String.format(
                                Locale.ROOT,
                                "%s: %,d random weights, %s",
                                out,
                                model.parameters(),
                                Words.bytes(bytes)));
        return 0;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read back " + file, e);
        }
    }
}
