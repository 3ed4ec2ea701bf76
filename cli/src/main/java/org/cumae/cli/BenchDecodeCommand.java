package org.cumae.cli;

import org.cumae.bench.BenchReport;
import org.cumae.bench.DecodeBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
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

    @Mixin private BenchModel model = new BenchModel();

    @Option(names = "--quick", description = "fewer tokens and runs: under three minutes")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        BenchReport report = model.with(output.progress(), this::bench);
        output.print(BenchTable.object(report), () -> BenchTable.words(report));
        return 0;
    }

    private BenchReport bench(Path file, String subject) {
        return new DecodeBench(
                        file,
                        subject,
                        model.threads(),
                        model.dtype(),
                        quick,
                        output.progress()::say)
                .run();
    }
}
