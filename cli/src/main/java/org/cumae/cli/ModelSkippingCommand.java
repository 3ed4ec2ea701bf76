package org.cumae.cli;

import org.cumae.Check;
import org.cumae.model.Tokens;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.net.SkipCalibration;
import org.cumae.net.Skipping;
import org.cumae.text.ModelInfo;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `cumae model skipping MODEL --text FILE`: which feed-forward parts a model may leave out.
@Command(
        name = "skipping",
        mixinStandardHelpOptions = true,
        description = {
            "Find on a text which feed-forward parts of a model can be left out, and what that costs.",
            "Tells the value of --ffn-skip for it, which every command that opens a model takes."
        },
        footer = {"", "Example: ./cumae model skipping shakespeare --text plays.txt --share 0.15"})
final class ModelSkippingCommand implements Callable<Integer> {
    private static final int LONGEST = 256; // tokens of a piece of the text

    @Mixin private Output output = new Output();

    @Parameters(
            paramLabel = "MODEL",
            description = "a GGUF file, a Hugging Face directory, or a bundled name")
    private String model = "";

    @Option(
            names = "--text",
            required = true,
            paramLabel = "FILE",
            description = "a text like those that the model is to write, in UTF-8")
    private Path text = Path.of("");

    @Option(
            names = "--share",
            defaultValue = "0.25",
            description = "how much of all parts is to be left out (default 0.25)")
    private double share = 0.25;

    @Option(
            names = "--whole",
            defaultValue = "16",
            description = "how many positions from the beginning leave nothing out (default 16)")
    private int whole = 16;

    @Option(
            names = "--pieces",
            defaultValue = "16",
            description = "how many pieces of the text are looked at, evenly spaced (default 16)")
    private int pieces = 16;

    @Override
    public Integer call() {
        Path path = ModelShelf.standard().find(model);
        Tokenizer tokenizer =
                ModelInfo.read(path.toString(), false)
                        .tokenizer()
                        .map(found -> found.tokenizer())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "model %s has no tokenizer beside it, which reads the text"
                                                        .formatted(model)));
        try (Backbone backbone = Backbone.load(path)) {
            int length = Math.min(LONGEST, backbone.config().maxLength());
            int[] ids = tokenizer.encode(TextFile.read(text), Encoding.PLAIN);
            output.progress().say("similarities");
            SkipCalibration calibration = new SkipCalibration(backbone, pieces(ids, length), whole);
            Skipping rule = calibration.similar(share);
            SkipCalibration.Cost nothing =
                    calibration.cost(calibration.of(new Skipping.Fixed(Set.of())));
            Found found = new Found(calibration, rule, nothing, calibration.cost(rule));
            output.print(found.object(), found::words);
        }
        return 0;
    }

    private List<Tokens> pieces(int[] ids, int length) {
        Check.argument(pieces > 0, "pieces is %d; it must be 1 or more", pieces);
        Check.argument(
                ids.length >= length,
                "%s has %d tokens; a piece of %d is needed",
                text,
                ids.length,
                length);
        int count = Math.min(pieces, ids.length / length);
        return IntStream.range(0, count)
                .map(i -> i * (ids.length / count))
                .mapToObj(from -> Tokens.of(Arrays.copyOfRange(ids, from, from + length)))
                .toList();
    }

    /// What was found.
    private record Found(
            SkipCalibration calibration,
            Skipping rule,
            SkipCalibration.Cost nothing,
            SkipCalibration.Cost cost) {
        private String flag() {
            double least = ((Skipping.Similar) rule.rule()).least();
            return String.format(
                    Locale.ROOT, "%d-%d:%.6f:%d", rule.first(), rule.end(), least, rule.whole());
        }

        ObjectNode object() {
            ObjectNode object =
                    Json.MAPPER
                            .createObjectNode()
                            .put("ffn_skip", flag())
                            .put("skipped_share", cost.skipped())
                            .put("nats_per_token", cost.surprise())
                            .put("nats_per_token_whole", nothing.surprise())
                            .put("rank_correlation", calibration.rise());
            object.set("cosines", Json.MAPPER.valueToTree(calibration.cosines()));
            return object;
        }

        String words() {
            double[] cosines = calibration.cosines();
            List<List<String>> table = new ArrayList<>();
            table.add(List.of("layer", "cosine", "may be left out"));
            for (int layer = 0; layer < cosines.length; layer++) {
                boolean inside = layer >= rule.first() && layer < rule.end();
                table.add(
                        List.of(
                                String.valueOf(layer),
                                String.format(Locale.ROOT, "%.4f", cosines[layer]),
                                inside ? "yes" : ""));
            }
            return String.format(
                            Locale.ROOT,
                            "--ffn-skip %s leaves out %.1f %%: %.4f nats a token, %.4f with nothing left"
                                    + " out%n",
                            flag(),
                            100 * cost.skipped(),
                            cost.surprise(),
                            nothing.surprise())
                    + Words.table(table)
                    + (calibration.rises()
                            ? ""
                            : "\nthe cosine does not rise with depth here, which the method presumes");
        }
    }
}
