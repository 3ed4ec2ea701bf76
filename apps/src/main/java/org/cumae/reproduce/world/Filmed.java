package org.cumae.reproduce.world;

import org.cumae.noise.Noise;
import org.cumae.psi.Box;
import org.cumae.psi.Cell;
import org.cumae.psi.Expected;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.cumae.psi.World;
import org.cumae.train.world.ClipPairs;
import org.cumae.world.Pictures;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a world expects of the next frames of real videos, of which some patches are revealed.
///
/// Only patches that were not revealed count.
///
/// @param expected what the world expects, over what it has not learned from, dB
/// @param copied the frame before, dB
/// @param coded the frame before as the world's codes show it, dB
/// @param strip of the pairs in which most happens: the frame before, what is revealed, what is
///   expected, and what came
record Filmed(double expected, double copied, double coded, BufferedImage strip) {
    private static final int SHOWN = 4; // pairs in the picture
    private static final int LARGE = 5; // times as large as they are

    /// One pair.
    private record Seen(Raster first, Raster shown, Raster look, Raster next, double moved) {}

    /// @param count how many pairs
    /// @param revealed the share of the next frame's patches that is given
    static Filmed of(World world, ClipPairs pairs, int count, double revealed) {
        List<Seen> all = new ArrayList<>();
        double[] errors = new double[3];
        long numbers = 0;
        int grid = world.book(World.RGB).type().rows();
        int side = world.book(World.RGB).side();
        for (int i = 0; i < count; i++) {
            Raster first = pairs.pair(i).getFirst();
            Raster next = pairs.pair(i).getLast();
            Mask shown = chosen(grid, revealed, Noise.of(i, 11));
            Raster look = new Expected(first, next, shown).look(world, List.of()).frame();
            Raster coded = world.book(World.RGB).coded(first);
            Mask hidden =
                    Mask.of(
                            first.rows(),
                            first.columns(),
                            (y, x) -> !shown.has(y / side, x / side));
            errors[0] += error(hidden, look, next);
            errors[1] += error(hidden, first, next);
            errors[2] += error(hidden, coded, next);
            numbers += (long) hidden.count() * first.channels();
            Raster revealedOnly =
                    Raster.of(
                            first.rows(),
                            first.columns(),
                            first.channels(),
                            (y, x, c) -> hidden.has(y, x) ? 0.5f : next.at(y, x, c));
            all.add(new Seen(first, revealedOnly, look, next, error(hidden, first, next)));
        }
        List<Seen> most =
                all.stream()
                        .sorted(Comparator.comparingDouble(Seen::moved).reversed())
                        .limit(SHOWN)
                        .toList();
        return new Filmed(
                decibels(errors[0] / numbers),
                decibels(errors[1] / numbers),
                decibels(errors[2] / numbers),
                strip(most));
    }

    private static Mask chosen(int grid, double share, Noise noise) {
        int[] cells = new int[grid * grid];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = i;
        }
        noise.shuffle(cells);
        List<Cell> shown = new ArrayList<>();
        for (int i = 0; i < Math.round(share * cells.length); i++) {
            shown.add(new Cell(cells[i] / grid, cells[i] % grid));
        }
        return Mask.of(grid, grid, (y, x) -> shown.contains(new Cell(y, x)));
    }

    /// The sum of squared differences where a mask is.
    private static double error(Mask where, Raster one, Raster other) {
        double sum = 0;
        for (Cell cell : where.cells()) {
            for (int c = 0; c < one.channels(); c++) {
                double gap = one.at(cell.y(), cell.x(), c) - other.at(cell.y(), cell.x(), c);
                sum += gap * gap;
            }
        }
        return sum;
    }

    private static double decibels(double meanSquare) {
        return -10 * Math.log10(meanSquare);
    }

    /// One column a pair, one row a part of it.
    private static BufferedImage strip(List<Seen> pairs) {
        return Pictures.filmstrip(
                List.of(
                        column("before", pairs.stream().map(Seen::first).toList()),
                        column("revealed", pairs.stream().map(Seen::shown).toList()),
                        column("expected", pairs.stream().map(Seen::look).toList()),
                        column("the next frame", pairs.stream().map(Seen::next).toList())));
    }

    private static Pictures.Captioned column(String caption, List<Raster> frames) {
        int rows = frames.getFirst().rows();
        int columns = frames.getFirst().columns();
        Raster all =
                Raster.of(
                        frames.size() * rows,
                        columns,
                        3,
                        (y, x, c) -> frames.get(y / rows).at(y % rows, x, c));
        return new Pictures.Captioned(
                Pictures.of(all.resampled(Box.all(all), LARGE * all.rows(), LARGE * all.columns())),
                caption);
    }
}
