package org.cumae.cli;

import org.cumae.Check;
import org.cumae.image.Sheet;
import org.cumae.image.Watching;
import org.cumae.naming.ModelShelf;
import org.cumae.picture.Looks;
import org.cumae.picture.Looks.Among;
import org.cumae.psi.Raster;
import org.cumae.torch.Processor;
import org.cumae.world.Pictures;

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

/// `cumae picture attention MODEL`: how far the heads of a model look, and which grids look at
/// which.
@Command(
        name = "attention",
        mixinStandardHelpOptions = true,
        description = {
            "Show real pictures to a model of codes and see where its rows look: for each head how far, in",
            "cells, and how much goes further than a square around the row; of scales, how much each looks",
            "at each. The sheet has a square for each head, one line for each layer: what lies around the",
            "row in its middle, the brighter the more it is looked at."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae picture attention digits-raster",
            "  ./cumae picture attention digits-scales --pictures 500 --radius 1 --json"
        })
final class PictureAttentionCommand implements Callable<Integer> {
    private static final int CELL = 8; // pixels of the sheet for a cell
    private static final int GAP = 6;

    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "MODEL", description = "a bundled model of codes, or a folder")
    private String model = "";

    @Option(
            names = "--pictures",
            description = "how many that the model has not seen (default 200)")
    private int pictures = 200;

    @Option(names = "--radius", description = "of the square around a row, in cells (default 2)")
    private int radius = 2;

    @Option(names = "--out", paramLabel = "FILE", description = "the sheet, a PNG")
    private Path out = Path.of("runs", "attention.png");

    @Option(names = "--threads", description = "threads for products (default: one for each core)")
    private Optional<Integer> threads = Optional.empty();

    @Override
    public Integer call() {
        Check.argument(radius >= 0, "the radius is %d; it must be 0 or more", radius);
        threads.ifPresent(Processor::useThreads);
        Path folder = ModelShelf.standard().find(model);
        Looks looks;
        try (Progress progress = output.progress()) {
            RealPictures real = RealPictures.of(folder, progress);
            progress.say("reading pictures");
            looks = Watching.of(folder, real.unseen(pictures));
        }
        List<Raster> heads = new ArrayList<>();
        for (int layer = 0; layer < looks.layers().size(); layer++) {
            for (int head = 0; head < looks.heads(); head++) {
                Raster around = looks.around(layer, head);
                heads.add( // roots, so that what is seldom looked at shows as well
                        Raster.of(
                                around.rows(),
                                around.columns(),
                                1,
                                (y, x, _) -> Math.sqrt(around.at(y, x, 0))));
            }
        }
        Pictures.write(new Sheet(looks.heads(), CELL, GAP).of(heads), out);
        output.print(json(looks), () -> text(looks));
        return 0;
    }

    private ObjectNode json(Looks looks) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("beyond", looks.beyond(radius));
        ArrayNode layers = object.putArray("layers");
        for (int layer = 0; layer < looks.layers().size(); layer++) {
            ArrayNode heads = layers.addArray();
            for (int head = 0; head < looks.heads(); head++) {
                heads.addObject()
                        .put("distance", looks.distance(layer, head))
                        .put("beyond", looks.beyond(layer, head, radius));
            }
        }
        object.set("grids", Json.MAPPER.valueToTree(looks.grids()));
        object.put("near", looks.near());
        object.put("own_within", looks.within(Among.OWN, radius));
        object.put("last_within", looks.within(Among.LAST, radius));
        object.put("file", out.toString());
        return object;
    }

    private String text(Looks looks) {
        StringBuilder text = new StringBuilder();
        text.append(
                "cells away, and how many looks of 100 go further than %1$d by %1$d cells%n"
                        .formatted(2 * radius + 1));
        text.append("%-8s".formatted("layer"));
        for (int head = 0; head < looks.heads(); head++) {
            text.append("  %-11s".formatted("head " + (head + 1)));
        }
        for (int layer = 0; layer < looks.layers().size(); layer++) {
            text.append("%n%-8d".formatted(layer + 1));
            for (int head = 0; head < looks.heads(); head++) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "  %4.1f  %3.0f  ",
                                looks.distance(layer, head),
                                100 * looks.beyond(layer, head, radius)));
            }
        }
        text.append(
                String.format(
                        Locale.ROOT, "%nall heads: %.0f %% further%n", 100 * looks.beyond(radius)));
        double[][] grids = looks.grids();
        if (grids.length > 1) {
            text.append("%nof 100 looks, scale%n".formatted());
            for (int scale = 0; scale < grids.length; scale++) {
                text.append("%d sends".formatted(scale + 1));
                for (int seen = 0; seen <= scale; seen++) {
                    text.append(String.format(Locale.ROOT, "  %3.0f", 100 * grids[scale][seen]));
                }
                text.append("%n".formatted());
            }
            text.append(
                    String.format(
                            Locale.ROOT,
                            "at other rows than itself: %.0f %% to its own scale and the next coarser"
                                    + " one%n",
                            100 * looks.near()));
        }
        return text + "the heads are in %s".formatted(out);
    }
}
