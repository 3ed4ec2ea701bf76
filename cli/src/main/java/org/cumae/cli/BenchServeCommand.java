package org.cumae.cli;

import org.cumae.bench.ServeBench;
import org.cumae.bench.ServeReport;
import org.cumae.bench.ServeRow;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `cumae bench serve`: the same requests at the same times, served in different ways.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve requests that come at random times: in shared passes, in static and dynamic",
            "batches, one after the other, by an instance each, and by llama.cpp, in one run."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench serve --model model.gguf --threads 2",
            "  ./cumae bench serve --type q8_0 --quick --load 0.5     on random weights"
        })
final class BenchServeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();
    @Mixin private BenchModel model = new BenchModel();

    @Option(
            names = "--ways",
            defaultValue = "16",
            description = "how many requests may run at once (default 16)")
    private int ways = 16;

    @Option(
            names = "--load",
            defaultValue = "0.8",
            description = "at which share of the measured capacity requests come (default 0.8)")
    private double load = 0.8;

    @Option(names = "--quick", description = "fewer and shorter requests: some three minutes")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        ServeReport report = model.with(output.progress(), this::bench);
        output.print(object(report), () -> words(report));
        return 0;
    }

    private ServeReport bench(Path file, String subject) {
        return new ServeBench(
                        file,
                        subject,
                        model.threads(),
                        ways,
                        model.dtype(),
                        load,
                        quick,
                        output.progress()::say)
                .run();
    }

    private static ObjectNode object(ServeReport report) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("name", "serve")
                .put("machine", report.machine())
                .put("subject", report.subject())
                .put("ways", report.ways())
                .put("requests", report.requests())
                .put("load", report.load())
                .put("capacity_requests_per_s", report.capacity())
                .put("lone_ttft_ms", report.loneFirst())
                .put("lone_tpot_ms", report.loneEach())
                .put("limit_ttft_ms", report.firstLimit())
                .put("limit_tpot_ms", report.eachLimit())
                .put("outside_passes", report.outsidePasses());
        ArrayNode rows = object.putArray("rows");
        for (ServeRow row : report.rows()) {
            ObjectNode each = rows.addObject().put("arm", row.arm());
            if (!row.note().isEmpty()) {
                each.put("note", row.note());
                continue;
            }
            each.put("tokens_per_s", row.tokensPerSecond())
                    .put("requests_per_s", row.requestsPerSecond())
                    .put("ttft_ms_p50", row.firstMedian())
                    .put("ttft_ms_p95", row.first95())
                    .put("tpot_ms_p50", row.eachMedian())
                    .put("tpot_ms_p95", row.each95())
                    .put("e2e_ms_p50", row.wholeMedian())
                    .put("goodput_share", row.goodput());
        }
        return object;
    }

    private static String words(ServeReport report) {
        List<List<String>> table = new ArrayList<>();
        table.add(
                List.of(
                        "served by",
                        "tokens/s",
                        "first token p50",
                        "p95 (ms)",
                        "a token p50",
                        "p95 (ms)",
                        "whole p50 (ms)",
                        "good"));
        for (ServeRow row : report.rows()) {
            table.add(
                    row.note().isEmpty()
                            ? List.of(
                                    row.arm(),
                                    number(row.tokensPerSecond()),
                                    number(row.firstMedian()),
                                    number(row.first95()),
                                    number(row.eachMedian()),
                                    number(row.each95()),
                                    number(row.wholeMedian()),
                                    "%.0f %%".formatted(100 * row.goodput()))
                            : List.of(row.arm(), "missing", "", "", "", "", "", ""));
        }
        StringBuilder text = new StringBuilder(report.machine());
        text.append(
                """

                %s
                %d requests, %d at once at most, at %.0f %% of %.2f requests/s, which is what the \
                engine serves when all come at once (%.1f %% of that time is outside passes)
                alone: first token after %.0f ms, then %.1f ms a token; good is up to %.0f ms and \
                %.1f ms
                """
                        .formatted(
                                report.subject(),
                                report.requests(),
                                report.ways(),
                                100 * report.load(),
                                report.capacity(),
                                100 * report.outsidePasses(),
                                report.loneFirst(),
                                report.loneEach(),
                                report.firstLimit(),
                                report.eachLimit()));
        text.append(Words.table(table));
        report.rows().stream()
                .filter(row -> !row.note().isEmpty())
                .forEach(row -> text.append("\n%s: %s".formatted(row.arm(), row.note())));
        return text.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
