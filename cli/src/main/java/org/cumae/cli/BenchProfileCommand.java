package org.cumae.cli;

import org.cumae.bench.Machine;
import org.cumae.bench.PassProfile;
import org.cumae.bench.ProfileBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `cumae bench profile`: what passes of a model take here.
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = {
            "Time passes of few and many rows over short and long contexts, and draw the plane",
            "T = once + row x rows + held x rows held through them, for cumae bench scale."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench profile --model model.gguf --threads 2",
            "  ./cumae bench profile --type q8_0 --quick"
        })
final class BenchProfileCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private BenchModel model = new BenchModel();

    @Option(names = "--quick", description = "fewer turns: under a minute")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        PassProfile profile = model.with(output.progress(), this::bench);
        output.print(object(profile), () -> words(profile));
        return 0;
    }

    private PassProfile bench(Path file, String subject) {
        return new ProfileBench(
                        file,
                        subject,
                        model.threads(),
                        model.dtype(),
                        quick,
                        output.progress()::say)
                .run();
    }

    static ObjectNode object(PassProfile profile) {
        return Json.MAPPER
                .createObjectNode()
                .put("name", "profile")
                .put("machine", Machine.describe())
                .put("subject", profile.subject())
                .put("once_ns", profile.once())
                .put("row_ns", profile.row())
                .put("held_ns", profile.held())
                .put("row_bytes", profile.rowBytes())
                .put("median_error", profile.error());
    }

    static String words(PassProfile profile) {
        return """
               %s
               %s
               a pass takes %.3f ms + %.4f ms a row + %.6f ms for each row held before
               a row of a context takes %,d bytes; half of the timed passes lie within %.0f %% of this"""
                .formatted(
                        Machine.describe(),
                        profile.subject(),
                        profile.once() / 1e6,
                        profile.row() / 1e6,
                        profile.held() / 1e6,
                        profile.rowBytes(),
                        100 * profile.error());
    }
}
