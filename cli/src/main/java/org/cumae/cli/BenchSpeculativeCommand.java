package org.cumae.cli;

import org.cumae.bench.BenchReport;
import org.cumae.bench.SpeculativeBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `cumae bench speculative`: what drafting costs beside its passes.
@Command(
        name = "speculative",
        mixinStandardHelpOptions = true,
        description = {
            "Tokens a second of one model with drafts of 0 to 8 tokens that cost nothing and are",
            "accepted by chance. The limit is what the measured times of passes promise."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench speculative --model model.gguf --threads 2",
            "  ./cumae bench speculative --acceptance 0.6 --quick"
        })
final class BenchSpeculativeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Mixin private BenchModel model = new BenchModel();

    @Option(
            names = "--acceptance",
            defaultValue = "0.8",
            description = "how likely a drafted token is accepted (default 0.8)")
    private double acceptance = 0.8;

    @Option(names = "--quick", description = "fewer tokens and runs: under three minutes")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        BenchReport report = model.with(output.progress(), this::bench);
        output.print(BenchTable.object(report), () -> BenchTable.words(report));
        return 0;
    }

    private BenchReport bench(Path file, String subject) {
        return new SpeculativeBench(
                        file,
                        subject,
                        model.threads(),
                        model.dtype(),
                        acceptance,
                        quick,
                        output.progress()::say)
                .run();
    }
}
