package org.cumae.cli;

import org.cumae.bench.BenchReport;
import org.cumae.bench.TrainBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.concurrent.Callable;

/// `cumae bench train`: tokens a second of the trainer.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Tokens a second while training a small GPT, here and in PyTorch, taking turns.",
            "The limit is the matrix rate measured in the same run."
        },
        footer = {
            "",
            "CUMAE_PYTHON names a Python that has PyTorch (default: python3).",
            "",
            "Example: ./cumae bench train --threads 2 --quick"
        })
final class BenchTrainCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Option(
            names = "--threads",
            description = "native threads, here and in PyTorch (default: cores)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--quick", description = "fewer steps: under a minute")
    private boolean quick;

    @Override
    public Integer call() {
        BenchReport report = new TrainBench(threads, quick, output.progress()::say).run();
        output.print(BenchTable.object(report), () -> BenchTable.words(report));
        return 0;
    }
}
