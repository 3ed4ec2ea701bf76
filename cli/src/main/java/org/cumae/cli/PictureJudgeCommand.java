package org.cumae.cli;

import org.cumae.Check;
import org.cumae.distribution.Sampling;
import org.cumae.image.Jury;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.cumae.naming.ModelShelf;
import org.cumae.torch.Processor;
import org.cumae.train.picture.Likeness;

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

/// `cumae picture judge MODEL`: how like real pictures a model's are, and how many are read as what
/// was asked for.
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        description = {
            "Draw pictures of each class and hold them against real ones that the model has not seen,",
            "through a classifier that is trained on the others: the distance of its features (F-CNN),",
            "of pixels on their strongest axes (F-PCA), and the share read as what was asked for. The",
            "first line is of real pictures: no model can be nearer."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae picture judge digits-bits",
            "  ./cumae picture judge digits-rings --guidance 1,2,3 --count 1000 --seeds 3"
        })
final class PictureJudgeCommand implements Callable<Integer> {
    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "MODEL", description = "a bundled model of pictures, or a folder")
    private String model = "";

    @Option(
            names = "--guidance",
            split = ",",
            description = "how much more of its class than the model says; 1 is none (default 1.5)")
    private List<Double> guidance = List.of(1.5);

    @Option(names = "--temperature", description = "of drawing (default 1)")
    private double temperature = 1;

    @Option(names = "--count", description = "how many pictures of each side (default 500)")
    private int count = 500;

    @Option(names = "--seeds", description = "how often; the middle is told (default 1)")
    private int seeds = 1;

    @Option(names = "--epochs", description = "in which the classifier learns (default 8)")
    private int epochs = 8;

    @Option(names = "--threads", description = "threads for products (default: one for each core)")
    private Optional<Integer> threads = Optional.empty();

    /// What one strength of guidance brought.
    private record Row(double guidance, Jury.Verdict found) {}

    @Override
    public Integer call() {
        Check.argument(
                count > 1 && seeds > 0 && epochs > 0,
                "%d pictures, %d seeds and %d epochs; take 2, 1 and 1 or more",
                count,
                seeds,
                epochs);
        threads.ifPresent(Processor::useThreads);
        Path folder = ModelShelf.standard().find(model);
        try (Progress progress = output.progress();
                PictureModel open = PictureFolder.open(folder);
                Jury jury = jury(folder, progress)) {
            Likeness floor = jury.floor(count);
            double eyesight = jury.eyesight();
            List<Row> rows = new ArrayList<>();
            for (double strength : guidance) {
                progress.say("guided %s".formatted(strength));
                rows.add(row(open, jury, strength));
            }
            print(floor, eyesight, rows);
        }
        return 0;
    }

    private Jury jury(Path folder, Progress progress) {
        RealPictures real = RealPictures.of(folder, progress);
        progress.say("training the classifier that judges");
        return Jury.train(real.all(), real.heldOut(), epochs);
    }

    private Row row(PictureModel open, Jury jury, double strength) {
        Sampling sampling = Sampling.PLAIN.withTemperature(temperature);
        List<Jury.Look> looks = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
            looks.add(jury.look(open, strength, sampling, count, 1 + seed));
        }
        return new Row(strength, Jury.Verdict.of(looks));
    }

    private void print(Likeness floor, double eyesight, List<Row> rows) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.putObject("real")
                .put("features", floor.features())
                .put("pixels", floor.pixels())
                .put("accuracy", eyesight);
        ArrayNode all = object.putArray("drawn");
        rows.forEach(
                row ->
                        all.addObject()
                                .put("guidance", row.guidance())
                                .put("features", row.found().features())
                                .put("pixels", row.found().pixels())
                                .put("accuracy", row.found().accuracy()));
        output.print(
                object,
                () -> {
                    StringBuilder text =
                            new StringBuilder(
                                    String.format(
                                            Locale.ROOT,
                                            "%-14s  %8s  %8s  %s%n",
                                            "",
                                            "F-CNN",
                                            "F-PCA",
                                            "read as asked"));
                    text.append(line("real", floor.features(), floor.pixels(), eyesight));
                    rows.forEach(
                            row ->
                                    text.append(System.lineSeparator())
                                            .append(
                                                    line(
                                                            "guided " + row.guidance(),
                                                            row.found().features(),
                                                            row.found().pixels(),
                                                            row.found().accuracy())));
                    return text.toString();
                });
    }

    private static String line(String what, double features, double pixels, double accuracy) {
        return String.format(
                Locale.ROOT,
                "%-14s  %8.1f  %8.1f  %12.1f %%",
                what,
                features,
                pixels,
                100 * accuracy);
    }
}
