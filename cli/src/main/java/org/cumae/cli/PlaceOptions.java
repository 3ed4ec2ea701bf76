package org.cumae.cli;

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

    OpenOptions options() {
        OpenOptions options = OpenOptions.DEFAULT.withDtype(dtype).withDevice(device);
        return threads.map(options::withThreads).orElse(options);
    }
}
