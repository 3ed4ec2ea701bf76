package org.cumae.cli;

import org.cumae.net.Skipping;
import org.cumae.text.OpenOptions;

import picocli.CommandLine.Option;

import java.util.Optional;

/// Where and how a model runs, for all commands that open one.
final class PlaceOptions {
    @Option(
            names = "--dtype",
            description =
                    "in how many bits matrices are held: float32, float16, int8, or auto, which goes"
                            + " by the file (default auto)")
    private String dtype = OpenOptions.DEFAULT.dtype();

    @Option(names = "--device", description = "cpu, cuda, cuda:1 or auto (default auto)")
    private String device = OpenOptions.DEFAULT.device();

    @Option(names = "--threads", description = "threads for products (default: one for each core)")
    private Optional<Integer> threads = Optional.empty();

    @Option(
            names = {"--batch-invariant", "--enable-deterministic-inference"},
            description =
                    "results never depend on what runs beside them, to the last bit; long prompts"
                            + " take longer to read (docs/serving.md)")
    private boolean batchInvariant;

    @Option(
            names = {"--tensor-parallel", "--tensor-parallel-size", "-tp"},
            paramLabel = "N",
            description =
                    "this many processes compute the model together, each with its share of the"
                            + " heads (default 1; docs/serving.md)")
    private int ranks = OpenOptions.DEFAULT.ranks();

    @Option(
            names = "--ffn-skip",
            paramLabel = "FIRST-END:COSINE[:WHOLE]",
            description =
                    "leave feed-forward parts of layers FIRST to END out for tokens that the part"
                            + " before turned by less than this cosine, such as 2-6:0.98:16; the first"
                            + " WHOLE positions leave nothing out. Another model, a little faster")
    private Optional<String> skipping = Optional.empty();

    /// For the model that the command is about.
    OpenOptions options() {
        OpenOptions options = beside().withBatchInvariant(batchInvariant).withRanks(ranks);
        return skipping.map(Skipping::parse).map(options::withSkipping).orElse(options);
    }

    /// For models that help it: at the same place and in the same bits, by one process, whole.
    OpenOptions beside() {
        OpenOptions options = OpenOptions.DEFAULT.withDtype(dtype).withDevice(device);
        return threads.map(options::withThreads).orElse(options);
    }
}
