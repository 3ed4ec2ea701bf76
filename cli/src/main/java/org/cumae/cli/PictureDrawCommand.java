package org.cumae.cli;

import org.cumae.Check;
import org.cumae.distribution.Sampling;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.cumae.image.PictureModel.Wish;
import org.cumae.image.Sheet;
import org.cumae.image.Windows;
import org.cumae.naming.ModelShelf;
import org.cumae.psi.Raster;
import org.cumae.torch.Processor;
import org.cumae.unit.picture.PictureFile;
import org.cumae.world.Pictures;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/// `cumae picture draw MODEL`: draws pictures onto a sheet.
@Command(
        name = "draw",
        mixinStandardHelpOptions = true,
        description = {
            "Draw pictures of a class, or some of each class, onto one sheet; they share passes.",
            "--strip shows the first of them as it comes into being, step by step."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae picture draw digits-rings --class 7 --count 16 --out sevens.png",
            "  ./cumae picture draw digits-scales --guidance 2 --strip steps.png",
            "  ./cumae picture draw runs/digits-dar/model --class 3 --like seven.png --keep 8",
            "  ./cumae picture draw cifar-bits --count 4 --down 2 --across 3"
        })
final class PictureDrawCommand implements Callable<Integer> {
    private static final int MOST = 4096;

    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "MODEL", description = "a bundled model of pictures, or a folder")
    private String model = "";

    @Option(names = "--class", description = "what is to be drawn (default: each in turn)")
    private Optional<String> named = Optional.empty();

    @Option(names = "--count", description = "how many pictures (default 64)")
    private int count = 64;

    @Option(
            names = "--guidance",
            description = "how much more of its class than the model says; 1 is none (default 1.5)")
    private double guidance = 1.5;

    @Option(
            names = "--temperature",
            description =
                    "0 takes the most probable codes (default 1); of real vectors, it multiplies the"
                            + " noise that they come out of")
    private double temperature = 1;

    @Option(names = "--top-k", description = "keep the most probable so many codes; 0 keeps all")
    private int topK;

    @Option(names = "--top-p", description = "keep the fewest codes that reach this probability")
    private double topP = 1;

    @Option(names = "--seed", description = "the same seed gives the same pictures (default 1)")
    private long seed = 1;

    @Option(
            names = "--like",
            paramLabel = "FILE",
            description = "a picture (PNG, JPEG) of the model's size, whose first codes are kept")
    private Optional<Path> like = Optional.empty();

    @Option(names = "--keep", description = "how many of them (default a quarter)")
    private Optional<Integer> keep = Optional.empty();

    @Option(
            names = "--down",
            description = "how many windows of the model's size a picture has, one below the other")
    private int down = 1;

    @Option(names = "--across", description = "how many it has side by side")
    private int across = 1;

    @Option(
            names = "--overlap",
            description =
                    "how many cells such windows share (default 2; of digits a cell has 4 pixels)")
    private int overlap = 2;

    @Option(names = "--out", paramLabel = "FILE", description = "the sheet (default drawn.png)")
    private Path out = Path.of("drawn.png");

    @Option(names = "--strip", paramLabel = "FILE", description = "the first picture's steps")
    private Optional<Path> strip = Optional.empty();

    @Option(names = "--threads", description = "threads for products (default: one for each core)")
    private Optional<Integer> threads = Optional.empty();

    @Override
    public Integer call() {
        Check.argument(
                count > 0 && count <= MOST, "%d pictures are asked for; take [1, %d]", count, MOST);
        threads.ifPresent(Processor::useThreads);
        try (PictureModel open = PictureFolder.open(ModelShelf.standard().find(model))) {
            List<Wish> wishes = wishes(open);
            long begin = System.nanoTime();
            List<Done> painted = painted(open, wishes);
            double seconds = (System.nanoTime() - begin) * 1e-9;
            long passes = open.stats().passes();
            Pictures.write(Sheet.of(count).of(painted.stream().map(Done::picture).toList()), out);
            strip.ifPresent(file -> Pictures.write(steps(open, wishes.getFirst()), file));
            ObjectNode object = Json.MAPPER.createObjectNode();
            object.put("sheet", out.toString()).put("pictures", count);
            object.put("passes", passes).put("seconds", seconds);
            object.put("passes_of_one", painted.getFirst().passes());
            ArrayNode classes = object.putArray("classes");
            wishes.forEach(wish -> classes.add(open.classes().get(wish.label().orElseThrow())));
            output.print(
                    object,
                    () ->
                            String.format(
                                    Locale.ROOT,
                                    "%s in %s and %.2f s, each in %s%n%s",
                                    Words.count(count, "picture"),
                                    Words.count(passes, "pass"),
                                    seconds,
                                    Words.count(
                                            (long) open.manner().steps() * windows().count(),
                                            "step"),
                                    out));
        }
        return 0;
    }

    private record Done(Raster picture, long passes) {}

    private List<Done> painted(PictureModel open, List<Wish> wishes) {
        if (down == 1 && across == 1) {
            return open.draw(wishes).stream()
                    .map(one -> new Done(one.picture(), one.ledger().forwards()))
                    .toList();
        }
        Check.argument(
                strip.isEmpty(), "--strip shows one window's steps; leave --down and --across out");
        return windows().draw(open, wishes).stream()
                .map(wide -> new Done(wide.picture(), wide.passes()))
                .toList();
    }

    private Windows windows() {
        return new Windows(down, across, overlap);
    }

    private List<Wish> wishes(PictureModel open) {
        List<Integer> given = given(open);
        return plainWishes(open).stream().map(wish -> wish.behind(given)).toList();
    }

    /// The first codes of the picture that others are to be like.
    private List<Integer> given(PictureModel open) {
        Check.argument(
                like.isPresent() || keep.isEmpty(),
                "--keep is %d, and no picture is given; give one by --like",
                keep.orElse(0));
        if (like.isEmpty()) {
            return List.of();
        }
        List<Integer> codes = open.codes(PictureFile.read(like.get()));
        int kept = keep.orElse(codes.size() / 4);
        Check.argument(
                kept >= 0 && kept <= codes.size(),
                "--keep is %d; a picture of model %s has %d codes",
                kept,
                open.name(),
                codes.size());
        return codes.subList(0, kept);
    }

    private List<Wish> plainWishes(PictureModel open) {
        Sampling sampling =
                Sampling.PLAIN.withTemperature(temperature).withTopK(topK).withTopP(topP);
        if (named.isEmpty()) {
            return Wish.each(open, count, guidance, sampling, seed);
        }
        OptionalInt label = OptionalInt.of(open.label(named.get()));
        return IntStream.range(0, count)
                .mapToObj(i -> new Wish(label, guidance, sampling, seed, i))
                .toList();
    }

    private static BufferedImage steps(PictureModel open, Wish wish) {
        List<Raster> steps = new ArrayList<>();
        open.draw(wish, (_, known) -> steps.add(known.get()));
        return new Sheet(Math.min(steps.size(), 16), 4, 4).of(steps);
    }
}
