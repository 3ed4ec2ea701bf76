package org.cumae.cli;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Moment;
import org.cumae.psi.Book;
import org.cumae.psi.Box;
import org.cumae.psi.Cell;
import org.cumae.psi.Raster;
import org.cumae.psi.World;
import org.cumae.unit.clip.Clip;
import org.cumae.unit.picture.PictureFile;
import org.cumae.world.OpenWorld;
import org.cumae.world.Pictures;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Which world, what it is shown, and where pictures of the answer go.
final class SceneOptions {
    static final Moment.Frame FIRST = new Moment.Frame(0);
    static final Moment.Frame SECOND = new Moment.Frame(1);
    static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    @Parameters(
            index = "0",
            paramLabel = "WORLD",
            description = "its name (./cumae world list), or the folder of one that was learned")
    String world = "";

    @Option(names = "--scene", description = "which scene of the world is shown (default 0)")
    private long scene;

    @Option(
            names = "--frames",
            split = ",",
            paramLabel = "PNG",
            description = "pictures to show instead, frame 0 first")
    private List<Path> frames = new ArrayList<>();

    @Option(
            names = "--video",
            paramLabel = "FILE",
            description = "a video to show instead, from its start: the middle of its frames")
    private Optional<Path> video = Optional.empty();

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "of a video each Nth frame (default 3)")
    private int every = 3;

    @Option(names = "--seed", description = "of all that is left to chance (default 0)")
    long seed;

    @Option(names = "--out", paramLabel = "FOLDER", description = "where pictures and files go")
    private Optional<Path> out = Optional.empty();

    /// All that is known of what is shown: of a scene the truth about its motion and depth as well.
    Canvas shown(OpenWorld open) {
        if (video.isPresent()) {
            return open.pictured(clipped(open.world(), video.get()));
        }
        if (frames.isEmpty()) {
            return open.scenes().apply(scene);
        }
        return open.pictured(frames.stream().map(PictureFile::read).toList());
    }

    /// Whether the truth is known.
    boolean isDrawn() {
        return frames.isEmpty() && video.isEmpty();
    }

    /// As many frames as the world has, each of the size of its own.
    private List<Raster> clipped(World world, Path file) {
        Check.argument(every > 0, "each %dth frame is taken; it must be 1 or more", every);
        Book look = world.book(World.RGB);
        int rows = look.type().rows() * look.side();
        int columns = look.type().columns() * look.side();
        int last = every * (world.frames() - 1);
        List<Raster> read = Clip.read(file, rows, last + 1).frames();
        Check.argument(
                read.size() == last + 1,
                "%s has %d frames that can be read; %d are needed to take each %dth",
                file,
                read.size(),
                last + 1,
                every);
        return IntStream.range(0, world.frames())
                .mapToObj(t -> read.get(t * every))
                .map(frame -> frame.resampled(middle(frame, columns), rows, columns))
                .toList();
    }

    private static Box middle(Raster frame, int columns) {
        double width = Math.min(frame.columns(), columns);
        return new Box(0, (frame.columns() - width) / 2, frame.rows(), width);
    }

    /// Reads `y,x;y,x`.
    ///
    /// @throws IllegalArgumentException if it is no such list, or a cell is outside the frame
    static List<Cell> cells(String text, World world) {
        List<Cell> cells = new ArrayList<>();
        for (String each : text.split(";", -1)) {
            String[] parts = each.strip().split(",", -1);
            Check.argument(
                    parts.length == 2
                            && parts[0].matches("\\d{1,6}")
                            && parts[1].matches("\\d{1,6}"),
                    "'%s' is no cell; write row and column: 3,4 or 3,4;5,6",
                    each);
            Cell cell = new Cell(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            world.layout().field(patch(cell));
            cells.add(cell);
        }
        return cells;
    }

    /// Reads `x,y`, two real numbers.
    static double[] vector(String text) {
        String[] parts = text.split(",", -1);
        try {
            if (parts.length == 2) {
                return new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(
                "'%s' is no motion; write pixels to the right and down: 2,-1".formatted(text));
    }

    static Address patch(Cell cell) {
        return new Address(World.RGB, FIRST, cell.y(), cell.x());
    }

    /// Writes a picture to the folder of the answer, if there is one.
    void picture(BufferedImage image, String name, ObjectNode answer) {
        out.ifPresent(
                folder -> {
                    Path file = folder.resolve(name);
                    Pictures.write(image, file);
                    answer.withArray("files").add(file.toString());
                });
    }

    /// Where the answer goes.
    Optional<Path> out() {
        return out;
    }

    /// The last line of an answer in words: where its files are, or how to get them.
    String files() {
        return out.map("pictures in %s"::formatted).orElse("--out FOLDER writes pictures");
    }
}
