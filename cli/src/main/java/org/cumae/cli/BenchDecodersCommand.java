package org.cumae.cli;

import org.cumae.Check;
import org.cumae.bench.DecoderArm;
import org.cumae.bench.DecoderBench;
import org.cumae.bench.DecoderReport;
import org.cumae.bench.DecoderRow;
import org.cumae.bench.DecoderWork;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae bench decoders`: ways of writing after the same prompts.
@Command(
        name = "decoders",
        mixinStandardHelpOptions = true,
        description = {
            "Write after the same prompts in several ways, one request at a time and many side by",
            "side, in one run: speed, passes, how likely the texts are under the first way's model,",
            "and how many are its texts to the letter. Without ARMs: crystals, written token by",
            "token, by drafts and by blocks of masks, whose texts can be wrong."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae bench decoders --quick",
            "  ./cumae bench decoders shakespeare shakespeare=speculative:mtp,draft_length=4 \\",
            "      --prompt ROMEO: --prompt JULIET: --max-tokens 100",
            "  ./cumae bench decoders crystals-wedlm --crystals 16 \\",
            "      'crystals-wedlm=8*sequential + 4*speculative + 4*block-diffusion'"
        })
final class BenchDecodersCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(
            paramLabel = "ARM",
            arity = "0..*",
            description =
                    "MODEL, MODEL=DECODER with the words of generate --decoder, or a mixture of some")
    private List<String> arms = List.of();

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "what texts begin with; may be given several times")
    private List<String> prompts = List.of();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "a file of prompts, one a line; \\n in it is a line break")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--crystals",
            paramLabel = "N",
            description =
                    "instead of prompts: write so many crystals, whose texts can be wrong (default"
                            + " without ARMs: 32, quick 8)")
    private Optional<Integer> crystals = Optional.empty();

    @Option(names = "--max-tokens", description = "the most new tokens of a text (default 128)")
    private Optional<Integer> maxTokens = Optional.empty();

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "a text ends before this; may be given several times")
    private List<String> stops = List.of();

    @Option(
            names = "--temperature",
            defaultValue = "0",
            description = "0 writes the likeliest text (default 0)")
    private double temperature;

    @Option(
            names = "--ways",
            defaultValue = "16",
            description = "how many requests run side by side (default 16)")
    private int ways = 16;

    @Option(names = "--threads", description = "native threads (default: cores)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--quick", description = "fewer and shorter runs: some two minutes")
    private boolean quick;

    @Override
    public Integer call() {
        DecoderReport report =
                new DecoderBench(
                                (arms.isEmpty() ? DecoderBench.CRYSTALS : arms)
                                        .stream()
                                                .map(words -> DecoderArm.parse(words, ways))
                                                .toList(),
                                work(),
                                ways,
                                threads,
                                quick,
                                output.progress()::say)
                        .run();
        output.print(object(report), () -> words(report));
        return 0;
    }

    private DecoderWork work() {
        List<String> given = new ArrayList<>(prompts);
        file.ifPresent(path -> given.addAll(lines(path)));
        Check.argument(
                given.isEmpty() || crystals.isEmpty(), "give --crystals or prompts, one of them");
        Check.argument(
                arms.isEmpty() || crystals.isPresent() || !given.isEmpty(),
                "there is nothing to write after; give --prompt, --prompts or --crystals, or leave the"
                        + " ARMs out");
        if (given.isEmpty()) {
            return DecoderWork.crystals(crystals.orElse(quick ? 8 : 32), temperature);
        }
        return new DecoderWork(given, maxTokens.orElse(128), stops, temperature, Optional.empty());
    }

    private static List<String> lines(Path file) {
        return TextFile.read(file)
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.replace("\\n", "\n"))
                .toList();
    }

    private static ObjectNode object(DecoderReport report) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("name", "decoders")
                .put("machine", report.machine())
                .put("prompts", report.prompts())
                .put("max_tokens", report.tokens())
                .put("ways", report.ways());
        ArrayNode rows = object.putArray("rows");
        for (DecoderRow row : report.rows()) {
            ObjectNode each = rows.addObject().put("arm", row.arm());
            each.put("exact", row.exact());
            number(each, "passes_per_text", row.passes());
            number(each, "tokens_per_pass", row.tokensPerPass());
            number(each, "rows_per_pass", row.rowsPerPass());
            number(each, "row_cost", row.rowCost());
            number(each, "nats_per_character", row.surprise());
            number(each, "same_share", row.same());
            number(each, "right_share", row.right());
            number(each, "alone_tokens_per_s", row.alone());
            number(each, "together_tokens_per_s", row.together());
        }
        return object;
    }

    private static void number(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    private static String words(DecoderReport report) {
        List<List<String>> table = new ArrayList<>();
        table.add(
                List.of(
                        "written by",
                        "passes",
                        "tokens/pass",
                        "rows/pass",
                        "r(rows)",
                        "nats/char",
                        "same",
                        "right",
                        "alone, tokens/s",
                        "%d at once".formatted(report.ways())));
        for (DecoderRow row : report.rows()) {
            table.add(
                    List.of(
                            row.arm(),
                            number("%.1f", row.passes()),
                            number("%.2f", row.tokensPerPass()),
                            number("%.1f", row.rowsPerPass()),
                            number("%.2f", row.rowCost()),
                            number("%.4f", row.surprise()),
                            number("%.0f %%", 100 * row.same()),
                            number("%.0f %%", 100 * row.right()),
                            number("%.0f", row.alone()),
                            number("%.0f", row.together())));
        }
        return "%s%n%d prompts, up to %d tokens%n%s%s"
                .formatted(
                        report.machine(),
                        report.prompts(),
                        report.tokens(),
                        Words.table(table),
                        "\nr(rows): a pass of so many rows over one of a single row, which tokens/pass"
                                + " must exceed; nats/char: of the texts under the first model");
    }

    private static String number(String form, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, form, value);
    }
}
