package org.cumae.cli;

import org.cumae.Check;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `cumae model merge MODEL OUT`: what was learned for masks, added to the weights for all rows.
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Add the low-rank matrices in a model's mtp.safetensors to its weights, and write the"
                    + " sum as an ordinary model.",
            "The sum writes other text than the model: as long as they are apart, the additions act"
                    + " on masks only."
        },
        footer = {"", "Example: ./cumae model merge shakespeare runs/merged --type f16"})
final class ModelMergeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "MODEL", description = "a model with an mtp.safetensors")
    private String model = "";

    @Parameters(paramLabel = "OUT", description = "the directory to write")
    private Path out = Path.of("");

    @Option(names = "--type", description = "how matrices are stored: f32, f16 or bf16")
    private String type = "f32";

    @Override
    public Integer call() {
        Check.argument(!Files.exists(out), "%s exists; name a directory that does not", out);
        Path folder = ModelShelf.standard().find(model);
        Check.argument(
                Files.exists(folder.resolve(Backbone.MASKS)),
                "%s holds no %s, so there is nothing to merge; train one by a recipe of kind masks",
                folder,
                Backbone.MASKS);
        TensorType stored = TensorType.parse(type);
        try (Backbone backbone = Backbone.loadWithMasks(folder)) {
            backbone.merge();
            backbone.save(out, stored);
            TokenizerFolder.open(folder).save(out);
            output.print(
                    Json.MAPPER
                            .createObjectNode()
                            .put("path", out.toString())
                            .put("parameters", backbone.parameters()),
                    () ->
                            String.format(
                                    Locale.ROOT, "%s: %,d weights", out, backbone.parameters()));
        }
        return 0;
    }
}
