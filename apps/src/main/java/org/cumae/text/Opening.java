package org.cumae.text;

import org.cumae.Check;
import org.cumae.engine.Engine;
import org.cumae.image.PictureFolder;
import org.cumae.model.Model;
import org.cumae.naming.ModelShelf;
import org.cumae.net.ParallelModel;
import org.cumae.net.Precision;
import org.cumae.net.Rounding;
import org.cumae.net.Transformer;
import org.cumae.torch.Device;
import org.cumae.torch.Processor;
import org.cumae.unit.ChatTemplates;
import org.cumae.unit.GgufTokens;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.WeightFile;
import org.cumae.world.WorldFolder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Opens models: finds the file, reads weights, tokenizer and template, starts the engine.
final class Opening {
    private Opening() {}

    static TextModel open(String nameOrPath, OpenOptions options) {
        Device device = Device.parse(options.device());
        Optional<Precision> given =
                options.dtype().equals("auto")
                        ? Optional.empty()
                        : Optional.of(Precision.parse(options.dtype()));
        options.threads().ifPresent(Processor::useThreads);
        Path path = ModelShelf.standard().find(nameOrPath);
        Check.argument(
                !PictureFolder.is(path),
                "%s draws pictures and writes no text; try ./cumae picture draw %s",
                nameOrPath,
                nameOrPath);
        Check.argument(
                !WorldFolder.is(path),
                "%s is a world and writes no text; try ./cumae world ask %s \"rgb0->rgb1\"",
                nameOrPath,
                nameOrPath);
        Optional<TokenizerFolder> embedded = embedded(path);
        TokenizerFolder text = embedded.orElseGet(() -> TokenizerFolder.open(path));
        GenerationConfig wishes = GenerationConfig.of(path);
        Precision precision = given.orElseGet(() -> Precision.fitting(path, device));
        Loaded loaded = load(path, device, precision, options);
        Transformer transformer = loaded.own;
        Engine engine = new Engine(loaded.model, options.limits());
        try {
            Optional<ChatTemplate> template = template(text.templates());
            TextCard card =
                    new TextCard(
                            engine.card(),
                            nameOrPath,
                            embedded.isPresent() ? "gguf" : "safetensors",
                            transformer.config().family(),
                            transformer.parameters(),
                            transformer.weightBytes(),
                            device.toString(),
                            precision.toString(),
                            template.isPresent(),
                            wishes.defaults(),
                            Starters.of(path));
            return new TextModel(
                    engine,
                    text.tokenizer(),
                    card,
                    template,
                    wishes.ends(),
                    transformer
                            .ownDrafts()
                            .withTrigrams(TrigramFile.beside(path, text.tokenizer())));
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /// A model, and what this process has of it.
    private record Loaded(Model model, Transformer own) {}

    private static Loaded load(Path path, Device device, Precision precision, OpenOptions options) {
        if (options.ranks() > 1) {
            ParallelModel model = ParallelModel.start(path, device, precision, options.ranks());
            return new Loaded(model, model.own());
        }
        Rounding rounding = options.batchInvariant() ? Rounding.ALIKE : Rounding.FREE;
        Transformer loaded = Transformer.load(path, device, precision, rounding);
        Transformer model = options.skipping().map(loaded::skipping).orElse(loaded);
        return new Loaded(model, model);
    }

    /// The tokenizer inside a GGUF file; a directory has files of its own for it.
    private static Optional<TokenizerFolder> embedded(Path path) {
        if (Files.isDirectory(path)) {
            return Optional.empty();
        }
        try (WeightFile file = WeightFile.open(path)) {
            return Optional.of(
                    GgufTokens.open(
                            file.vocabulary()
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            ("%s holds weights and no vocabulary;"
                                                                            + " give the directory that also"
                                                                            + " holds its tokenizer.json")
                                                                    .formatted(path)))));
        }
    }

    private static Optional<ChatTemplate> template(ChatTemplates templates) {
        return templates
                .template()
                .map(
                        source ->
                                ChatTemplate.parse(
                                        source,
                                        Map.of(
                                                "bos_token",
                                                templates.begin(),
                                                "eos_token",
                                                templates.end())));
    }
}
