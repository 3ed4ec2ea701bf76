package org.cumae.cli;

import org.cumae.data.DataFolder;
import org.cumae.recipe.BlockRecipe;
import org.cumae.recipe.BlockTraining;
import org.cumae.recipe.MaskRecipe;
import org.cumae.recipe.MedusaRecipe;
import org.cumae.recipe.PictureRecipe;
import org.cumae.recipe.PictureTraining;
import org.cumae.recipe.Recipe;
import org.cumae.recipe.Recipes;
import org.cumae.recipe.SelfDraftTraining;
import org.cumae.recipe.TextRecipe;
import org.cumae.recipe.TextTraining;
import org.cumae.recipe.Training;
import org.cumae.recipe.TrigramCounting;
import org.cumae.recipe.TrigramRecipe;
import org.cumae.recipe.WorldRecipe;
import org.cumae.recipe.WorldTraining;
import org.cumae.torch.Processor;
import org.cumae.train.Journal;
import org.cumae.train.Journals;
import org.cumae.train.MetricsLog;
import org.cumae.train.ProgressLines;
import org.cumae.train.ProgressOnTerminal;
import org.cumae.train.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.node.ObjectNode;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// `cumae train RECIPE`: makes a model by a recipe.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Train a model by a recipe: ./cumae train recipes/char-gpt.yaml --data my.txt --out"
                    + " runs/mine",
            "The folder then holds model/ (the best model so far, for cumae generate and serve),"
                    + " metrics.jsonl, loss.png and checkpoints/."
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "RECIPE", description = "a YAML file; see recipes/")
    private Path recipe = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "what to learn from, in place of the recipe's")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where the run goes (default runs/ and the name in the recipe)")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--resume", description = "go on from the newest checkpoint of the folder")
    private boolean resume;

    @Option(
            names = "--max-minutes",
            paramLabel = "MINUTES",
            description = "stop and save after so long; --resume goes on")
    private Optional<Double> minutes = Optional.empty();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "another value for a key of the recipe: --set training.steps=100")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Option(names = "--threads", description = "threads for products")
    private Optional<Integer> threads = Optional.empty();

    @Override
    public Integer call() throws IOException {
        threads.ifPresent(Processor::useThreads);
        minutes.ifPresent(m -> changes.put("training.minutes", Double.toString(m)));
        Recipe read = Recipes.read(recipe, changes);
        Path place = out.orElseGet(() -> Path.of("runs", read.name()));
        try (RunFolder folder = RunFolder.open(place, resume)) {
            folder.recipe().ifPresent(before -> tellDifferences(before, read));
            folder.keepRecipe(Recipes.write(read));
            return train(read, folder);
        }
    }

    /// A run may go on by a recipe that was changed; who did so by mistake should see it.
    private void tellDifferences(String before, Recipe now) {
        PrintWriter err = spec.commandLine().getErr();
        Recipes.differences(before, now)
                .forEach(line -> err.println("cumae: the recipe changed: " + line));
        err.flush();
    }

    private int train(Recipe read, RunFolder folder) {
        Path file = data.orElseGet(() -> found(read.data().file()));
        Journals journal = new Journals(List.of(new MetricsLog(folder), progress()));
        try (Training training = prepared(read, file, folder, journal)) {
            CountDownLatch ended = new CountDownLatch(1);
            Thread hook = Thread.ofPlatform().unstarted(() -> stop(training, ended, folder));
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                Training.Result result = training.run();
                if (result.outcome().reason() != Journal.Reason.STOPPED) {
                    tell(read, folder, result);
                }
            } finally {
                ended.countDown();
                forget(hook);
            }
        }
        return 0;
    }

    private Training prepared(Recipe read, Path file, RunFolder folder, Journal journal) {
        return switch (read) {
            case TextRecipe text -> TextTraining.prepare(text, file, folder, journal);
            case MaskRecipe masks -> SelfDraftTraining.prepare(masks, file, folder, journal);
            case MedusaRecipe heads -> SelfDraftTraining.prepare(heads, file, folder, journal);
            case TrigramRecipe trigrams -> TrigramCounting.prepare(trigrams, file, folder);
            case PictureRecipe pictures -> PictureTraining.prepare(pictures, file, folder, journal);
            case BlockRecipe blocks -> BlockTraining.prepare(blocks, file, folder, journal);
            case WorldRecipe world ->
                    WorldTraining.prepare(
                            world,
                            file,
                            found(world.shapes()),
                            world.videos().stream().map(this::found).toList(),
                            folder,
                            journal);
        };
    }

    private Path found(String file) {
        try (Progress progress = output.progress()) {
            return DataFolder.standard()
                    .find(file, (at, done) -> progress.bytes(at.path(), done, at.bytes()));
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // it is at work: a signal ends the process
        }
    }

    /// A signal came: the step that is at work is finished and saved.
    private void stop(Training training, CountDownLatch ended, RunFolder folder) {
        training.stop();
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println(
                "cumae: stopped; go on with ./cumae train %s --out %s --resume"
                        .formatted(recipe, folder.path()));
        err.flush();
    }

    private Journal progress() {
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return terminal ? new ProgressOnTerminal() : new ProgressLines(spec.commandLine().getErr());
    }

    private void tell(Recipe read, RunFolder folder, Training.Result result) {
        String measure =
                switch (read) {
                    case TextRecipe _ -> "nats a character";
                    case MaskRecipe _, MedusaRecipe _ -> "nats a foreseen token";
                    case TrigramRecipe _ -> "right guesses a token";
                    case PictureRecipe pictures ->
                            pictures.manner().flow().isPresent()
                                    ? "mean square of the velocity"
                                    : "nats a code";
                    case BlockRecipe _ -> "nats a masked token, at most,";
                    case WorldRecipe _ -> "nats a code of a patch";
                };
        String tryIt =
                switch (read) {
                    case TextRecipe _ -> "generate %s \"To be\"";
                    case MaskRecipe _ -> "generate %s \"To be\" --decoder speculative --draft mtp";
                    case MedusaRecipe _ ->
                            "generate %s \"To be\" --decoder speculative --draft medusa";
                    case TrigramRecipe _ ->
                            "generate %s \"To be\" --decoder speculative --draft aded";
                    case PictureRecipe _ -> "picture draw %s --out runs/drawn.png";
                    case BlockRecipe _ -> "generate %s \"To be\" --decoder block-diffusion";
                    case WorldRecipe _ -> "world segment %s --out runs/segment";
                };
        ObjectNode object =
                Json.MAPPER
                        .createObjectNode()
                        .put("model", folder.model().toString())
                        .put("parameters", result.parameters())
                        .put(
                                "held_out_"
                                        + measure.split(",")[0]
                                                .replace(" a ", "_per_")
                                                .replace(' ', '_'),
                                result.heldOut())
                        .put("steps", result.outcome().steps())
                        .put("best_step", result.outcome().bestStep())
                        .put("minutes", result.outcome().seconds() / 60)
                        .put("reason", result.outcome().reason().name().toLowerCase(Locale.ROOT));
        output.print(
                object,
                () ->
                        String.format(
                                Locale.ROOT,
                                "%s: %,d weights, %.4f %s on held-out data. Try: ./cumae %s",
                                read.name(),
                                result.parameters(),
                                result.heldOut(),
                                measure,
                                tryIt.formatted(folder.model())));
    }
}
