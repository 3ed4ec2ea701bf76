package org.cumae.cli;

import org.cumae.bench.PassProfile;
import org.cumae.bench.ProfileBench;
import org.cumae.bench.ScaleBench;
import org.cumae.bench.ScaleRow;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae bench scale`: loads and machines that are not here.
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description = {
            "Put the engine's scheduler on a virtual clock that passes move as long as they take by",
            "a measured profile, and simulate thousands of requests on this machine, with a model of",
            "7 B weights on it, and on an accelerator. docs/scale.md says what is simulated."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench scale --model model.gguf --threads 2 --plot docs/scale.png",
            "  ./cumae bench scale --quick"
        })
final class BenchScaleCommand implements Callable<Integer> {
    private static final double RANDOM_WEIGHTS = 110e6;

    @Mixin private Output output = new Output();
    @Mixin private BenchModel model = new BenchModel();

    @Option(
            names = "--weights",
            paramLabel = "N",
            description = "how many weights the model reads for a token (default 110e6)")
    private double weights = RANDOM_WEIGHTS;

    @Option(names = "--plot", paramLabel = "FILE", description = "draw goodput against load")
    private Optional<Path> plot = Optional.empty();

    @Option(names = "--quick", description = "fewer requests, loads and turns: a minute")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        PassProfile profile = model.with(output.progress(), this::profile);
        List<ScaleRow> rows = new ScaleBench(profile, weights, quick, output.progress()::say).run();
        plot.ifPresent(file -> ScaleBench.draw(rows, file));
        output.print(object(profile, rows), () -> words(profile, rows));
        return 0;
    }

    private PassProfile profile(Path file, String subject) {
        return new ProfileBench(
                        file,
                        subject,
                        model.threads(),
                        model.dtype(),
                        quick,
                        output.progress()::say)
                .run();
    }

    private static ObjectNode object(PassProfile profile, List<ScaleRow> rows) {
        ObjectNode object = Json.MAPPER.createObjectNode().put("name", "scale");
        object.set("profile", BenchProfileCommand.object(profile));
        ArrayNode array = object.putArray("rows");
        for (ScaleRow row : rows) {
            array.addObject()
                    .put("machine", row.machine())
                    .put("policy", row.policy())
                    .put("load", row.load())
                    .put("requests_per_s", row.requestsPerSecond())
                    .put("goodput_per_s", row.goodput())
                    .put("good_share", row.goodShare())
                    .put("ttft_ms_p95", row.first95())
                    .put("tpot_ms_p95", row.each95())
                    .put("preemptions", row.preemptions());
        }
        return object;
    }

    private static String words(PassProfile profile, List<ScaleRow> rows) {
        List<List<String>> table = new ArrayList<>();
        table.add(
                List.of(
                        "machine",
                        "policy",
                        "load",
                        "requests/s",
                        "good/s",
                        "good",
                        "first p95 (ms)",
                        "a token p95 (ms)",
                        "preempted"));
        for (ScaleRow row : rows) {
            table.add(
                    List.of(
                            row.machine(),
                            row.policy(),
                            "%.0f %%".formatted(100 * row.load()),
                            "%.3g".formatted(row.requestsPerSecond()),
                            "%.3g".formatted(row.goodput()),
                            "%.0f %%".formatted(100 * row.goodShare()),
                            "%.3g".formatted(row.first95()),
                            "%.3g".formatted(row.each95()),
                            Long.toString(row.preemptions())));
        }
        return BenchProfileCommand.words(profile) + "\n\n" + Words.table(table);
    }
}
