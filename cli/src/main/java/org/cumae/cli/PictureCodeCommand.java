package org.cumae.cli;

import org.cumae.Check;
import org.cumae.data.DataFile;
import org.cumae.data.DataFolder;
import org.cumae.data.DataSets;
import org.cumae.image.CodePlan;
import org.cumae.image.LinePlan;
import org.cumae.image.Sheet;
import org.cumae.picture.Bands;
import org.cumae.picture.Latent;
import org.cumae.picture.PictureCode;
import org.cumae.picture.PictureUnit;
import org.cumae.picture.PyramidCode;
import org.cumae.psi.Raster;
import org.cumae.train.Journal;
import org.cumae.unit.picture.CodeFile;
import org.cumae.unit.picture.CodeQuality;
import org.cumae.unit.picture.LatentQuality;
import org.cumae.unit.picture.PictureSet;
import org.cumae.world.Pictures;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// `cumae picture code SET`: learns codes or real vectors of pictures, or takes learned ones, and
/// shows what is left of pictures that are read and written with them.
@Command(
        name = "code",
        mixinStandardHelpOptions = true,
        description = {
            "Learn codes or real vectors of pictures and write held-out pictures with them; or with",
            "--code, take what was learned. The sheet shows each picture above what was written of it."
        },
        footer = {
            "",
            "Examples:",
            "  ./cumae picture code mnist-test --patch 4 --codes 256 --out runs/patches",
            "  ./cumae picture code cifar10 --patch 4 --codes 512 --most 4000 --out runs/colour",
            "  ./cumae picture code mnist-test --kind bits --bits 12 --out runs/bits",
            "  ./cumae picture code mnist-test --kind scales --sides 1,2,4,7 --out runs/scales",
            "  ./cumae picture code mnist-test --kind kl --width 8 --out runs/kl",
            "  ./cumae picture code mnist-test --kind diffusion --length 32 --out runs/line"
        })
final class PictureCodeCommand implements Callable<Integer> {
    private static final int CODES = 256;
    private static final int BITS = 8;
    private static final int LENGTH = 32;
    private static final int GROUPS = 8;
    private static final int SHOWN = 16; // pictures in a row of the sheet

    @Mixin private Output output = new Output();

    @Parameters(
            paramLabel = "SET",
            description =
                    "a data set (mnist-test, cifar10), an IDX file, or a ZIP archive with a folder"
                            + " for each class")
    private String set = "";

    @Option(
            names = "--code",
            paramLabel = "FILE",
            description = "codes or vectors that were learned")
    private Optional<Path> code = Optional.empty();

    @Option(names = "--patch", description = "the side of a patch, in pixels (default 4)")
    private int patch = 4;

    @Option(names = "--codes", description = "how many codes (default 256)")
    private Optional<Integer> codes = Optional.empty();

    @Option(names = "--sides", split = ",", description = "of a pyramid's scales: 1,2,3,5,7")
    private List<Integer> sides = List.of();

    @Option(
            names = "--width",
            description =
                    "axes of a pyramid's vectors (default all), numbers of a learned book's"
                            + " (default 8)")
    private Optional<Integer> width = Optional.empty();

    @Option(names = "--law", description = "of a pyramid: residual, area or radius")
    private Optional<Bands.Law> law = Optional.empty();

    @Option(
            names = "--kind",
            description =
                    "patches, pyramid (with --sides), latent (real vectors), or learned by networks:"
                            + " book, bits, scales (a pyramid, with --sides), kl (real vectors), or"
                            + " diffusion: codes in a line, told to pictures on their way out of"
                            + " noise (default patches)")
    private Optional<CodePlan.Kind> kind = Optional.empty();

    @Option(names = "--bits", description = "of kind bits, how many a cell has (default 8)")
    private Optional<Integer> bits = Optional.empty();

    @Option(names = "--parts", description = "of kind bits, how many codes a cell has (default 1)")
    private Optional<Integer> parts = Optional.empty();

    @Option(
            names = "--length",
            description = "of kind diffusion, how many codes a picture has (default 32)")
    private Optional<Integer> length = Optional.empty();

    @Option(
            names = "--groups",
            description = "of kind diffusion, in how many groups they are told (default 8)")
    private Optional<Integer> groups = Optional.empty();

    @Option(
            names = "--base",
            description =
                    "channels of networks at full size (default 16), or of blocks of kind diffusion"
                            + " (default 96)")
    private Optional<Integer> base = Optional.empty();

    @Option(names = "--steps", description = "in which networks learn (default 1500)")
    private Optional<Integer> steps = Optional.empty();

    @Option(names = "--most", description = "pictures to read (default 5000)")
    private int most = 5000;

    @Option(names = "--held-out", description = "of them, how many are not learned from (500)")
    private int heldOut = 500;

    @Option(names = "--out", paramLabel = "FOLDER", description = "where files go")
    private Path out = Path.of("runs", "code");

    @Override
    public Integer call() {
        PictureSet all = PictureSet.read(file(), most);
        Check.argument(
                heldOut > 0 && heldOut < all.size(),
                "%d pictures of %d are held out; take [1, %d]",
                heldOut,
                all.size(),
                all.size() - 1);
        PictureSet learned = all.part(0, all.size() - heldOut);
        PictureSet tried = all.part(all.size() - heldOut, all.size());
        PictureUnit unit = code.isPresent() ? CodeFile.read(code.get()) : learn(learned.pictures());
        Path sheet = out.resolve("sheet.png");
        Pictures.write(new Sheet(SHOWN, 3, 4).of(shown(unit, tried)), sheet);
        Path kept = out.resolve("code.safetensors");
        if (code.isEmpty()) {
            CodeFile.write(unit, kept);
        }
        ObjectNode object = Json.MAPPER.createObjectNode();
        String said =
                switch (unit) {
                    case PictureCode made -> told(made, tried, object);
                    case Latent made -> told(made, tried, object);
                };
        object.put("sheet", sheet.toString());
        output.print(
                object,
                () ->
                        said
                                + System.lineSeparator()
                                + sheet
                                + (code.isEmpty() ? System.lineSeparator() + kept : ""));
        return 0;
    }

    /// What codes are worth, in words and as an object.
    private static String told(PictureCode made, PictureSet tried, ObjectNode object) {
        CodeQuality quality = CodeQuality.of(made, tried.pictures());
        object.put("codes_of_a_picture", made.length()).put("vocabulary", made.vocabulary());
        object.put("psnr", quality.psnr()).put("usage", quality.usage());
        object.put("perplexity", quality.perplexity());
        String said =
                String.format(
                        Locale.ROOT,
                        "%d codes of %d for a picture: %.2f dB on %d held-out pictures, %.0f %% of"
                                + " codes used, perplexity %.1f",
                        made.length(),
                        made.vocabulary(),
                        quality.psnr(),
                        tried.size(),
                        100 * quality.usage(),
                        quality.perplexity());
        if (!(made instanceof PyramidCode pyramid)) {
            return said;
        }
        List<Double> told = CodeQuality.told(pyramid, tried.pictures());
        told.forEach(object.putArray("psnr_by_scales")::add);
        return told.stream()
                .map(psnr -> String.format(Locale.ROOT, "%.2f", psnr))
                .collect(
                        Collectors.joining(
                                ", ",
                                said + System.lineSeparator() + "told scale by scale: ",
                                " dB"));
    }

    /// What real vectors are worth, in words and as an object.
    private static String told(Latent made, PictureSet tried, ObjectNode object) {
        LatentQuality quality = LatentQuality.of(made, tried.pictures());
        object.put("vectors_of_a_picture", made.length()).put("width", made.width());
        object.put("psnr", quality.psnr()).put("spread", quality.spread());
        object.put("least_spread", quality.least()).put("most_spread", quality.most());
        return String.format(
                Locale.ROOT,
                "%d vectors of %d numbers for a picture: %.2f dB on %d held-out pictures, spread %.3f"
                        + " (of single numbers %.3f to %.3f)",
                made.length(),
                made.width(),
                quality.psnr(),
                tried.size(),
                quality.spread(),
                quality.least(),
                quality.most());
    }

    private PictureUnit learn(List<Raster> pictures) {
        try (Progress progress = output.progress()) {
            return plan().learn(
                            pictures,
                            new Journal() {
                                @Override
                                public void stepped(Step step) {
                                    progress.say(
                                            String.format(
                                                    Locale.ROOT,
                                                    "step %,d of %,d, loss %.4f",
                                                    step.step(),
                                                    step.steps(),
                                                    step.loss()));
                                }
                            });
        }
    }

    private CodePlan plan() {
        CodePlan.Kind chosen =
                kind.orElse(sides.isEmpty() ? CodePlan.Kind.PATCHES : CodePlan.Kind.PYRAMID);
        boolean line = chosen == CodePlan.Kind.DIFFUSION;
        Check.argument(
                line || (length.isEmpty() && groups.isEmpty()),
                "--length and --groups are of kind diffusion; kind is %s",
                chosen);
        boolean bitwise = chosen == CodePlan.Kind.BITS;
        return new CodePlan(
                chosen,
                patch,
                chosen.counted() ? Optional.of(codes.orElse(CODES)) : codes,
                width,
                sides.isEmpty() ? Optional.empty() : Optional.of(sides),
                law,
                bitwise ? Optional.of(bits.orElse(BITS)) : bits,
                parts,
                base,
                steps,
                line
                        ? Optional.of(LinePlan.of(length.orElse(LENGTH), groups.orElse(GROUPS)))
                        : Optional.empty());
    }

    /// A file as it is; of a data set by name, its first file, with those beside it.
    private Path file() {
        Path given = Path.of(set);
        if (Files.isRegularFile(given)) {
            return given;
        }
        List<DataFile> files = DataSets.known().find(set).files();
        List<Path> found = new ArrayList<>();
        try (Progress progress = output.progress()) {
            for (DataFile each : files) {
                found.add(
                        DataFolder.standard()
                                .find(
                                        each.path(),
                                        (at, done) -> progress.bytes(at.path(), done, at.bytes())));
            }
        }
        return found.getFirst();
    }

    private static List<Raster> shown(PictureUnit unit, PictureSet set) {
        List<Raster> shown = new ArrayList<>();
        int count = Math.min(set.size(), 3 * SHOWN);
        for (int from = 0; from < count; from += SHOWN) {
            List<Raster> row = set.pictures().subList(from, Math.min(from + SHOWN, count));
            shown.addAll(row);
            row.forEach(picture -> shown.add(writtenBack(unit, picture)));
        }
        return shown;
    }

    private static Raster writtenBack(PictureUnit unit, Raster picture) {
        return switch (unit) {
            case PictureCode code -> code.write(code.read(picture));
            case Latent latent -> latent.write(latent.read(picture));
        };
    }
}
