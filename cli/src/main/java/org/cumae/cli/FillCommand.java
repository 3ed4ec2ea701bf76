package org.cumae.cli;

import org.cumae.decode.Decoder;
import org.cumae.decode.named.Decoders;
import org.cumae.decode.speculative.AnySubset;
import org.cumae.text.FilledText;
import org.cumae.text.GenerationOptions;
import org.cumae.text.HoledText;
import org.cumae.text.TextModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

/// `cumae fill MODEL TEXT`: writes into the holes of a text.
@Command(
        name = "fill",
        mixinStandardHelpOptions = true,
        description = {
            "Write into the holes of a text, with a model that predicts in any order.",
            "[MASK:5] stands for 5 missing tokens; whatever else is there is known on both sides."
        },
        footer = {
            "",
            "Example:",
            "  ./cumae fill shakespeare-infill \"To be, [MASK:6] to be, that is the [MASK:8].\"",
            "For one hole at the end of a prompt: ./cumae generate --suffix."
        })
final class FillCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "one that infills, such as shakespeare-infill")
    private String model = "";

    @Parameters(index = "1", paramLabel = "TEXT", description = "with holes like [MASK:5]")
    private String text = "";

    @Option(
            names = "--decoder",
            description =
                    "infill, and settings behind a colon: infill:draft=ngram,draft_length=8"
                            + " (default infill)")
    private String decoder = "infill";

    @Mixin private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--seed", description = "the same seed gives the same text")
    private Optional<Long> seed = Optional.empty();

    @Mixin private PlaceOptions place = new PlaceOptions();

    @Override
    public Integer call() {
        HoledText holed = HoledText.parse(text);
        AnySubset how = how();
        GenerationOptions options = sampling.options();
        long from = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 31));
        try (TextModel open = TextModel.open(model, place.options())) {
            FilledText filled = open.fill(holed, how, options, from);
            output.print(object(filled), filled::text);
        }
        return 0;
    }

    private AnySubset how() {
        Decoder named = Decoders.parse(decoder);
        if (named instanceof AnySubset how) {
            return how;
        }
        throw new IllegalArgumentException(
                "decoder %s writes left to right; holes are filled by decoder infill"
                        .formatted(named.name()));
    }

    private static ObjectNode object(FilledText filled) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("text", filled.text());
        object.set("holes", Json.MAPPER.valueToTree(filled.holes()));
        object.put("log_probability", filled.logProbability());
        object.put("seed", filled.seed());
        object.set("ledger", GenerateCommand.ledger(filled.ledger()));
        return object;
    }
}
