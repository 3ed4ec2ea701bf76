package org.cumae.image;

import org.cumae.Check;
import org.cumae.image.PictureModel.Painted;
import org.cumae.image.PictureModel.Wish;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.FlowManner;
import org.cumae.picture.GridCode;
import org.cumae.picture.Line;
import org.cumae.picture.PictureCode;
import org.cumae.picture.Scales;
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Pictures that are larger than a model's own, window by window: each begins with the cells that
/// it shares with those above it and on the left, draws the others, and fades into its neighbours
/// where they lie on each other.
///
/// Cells that are drawn before a shared one do not know it, as those in the rows above of cells on
/// the left; drawn by masks, all cells know all that are shared.
///
/// @param down how many windows, one below the other
/// @param across how many, side by side
/// @param overlap how many rows or columns of cells two neighbours share
/// @see <a href="https://arxiv.org/abs/2410.16257">Liu et al. 2024, ELM</a>
public record Windows(int down, int across, int overlap) {
    private static final int MOST = 1024; // of a picture

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming them
    public Windows {
        Check.argument(
                down > 0 && across > 0 && overlap >= 0,
                "%d x %d windows share %d cells; take 1 or more, 1 or more, and 0 or more",
                down,
                across,
                overlap);
        Check.argument(
                (long) down * across <= MOST,
                "a picture of %d x %d windows is asked for; take %d at most",
                down,
                across,
                MOST);
    }

    /// How many there are.
    public int count() {
        return down * across;
    }

    /// What was drawn.
    ///
    /// @param picture all windows
    /// @param codes of each window, row by row
    /// @param passes that all windows took
    public record Wide(Raster picture, List<List<Integer>> codes, long passes) {
        /// Copies the lists.
        public Wide {
            codes = codes.stream().map(List::copyOf).toList();
        }
    }

    /// Draws pictures side by side: the same window of all of them shares passes.
    ///
    /// @param model draws codes of a grid cell by cell or by masks
    /// @param wishes nothing is given to them
    /// @throws IllegalArgumentException if the model draws otherwise, or windows share all cells
    public List<Wide> draw(PictureModel model, List<Wish> wishes) {
        GridCode code = code(model);
        Check.argument(
                overlap < Math.min(code.down(), code.across()),
                "windows of %d x %d cells share %d; take fewer",
                code.down(),
                code.across(),
                overlap);
        List<List<Painted>> windows = new ArrayList<>(); // of each picture
        wishes.forEach(_ -> windows.add(new ArrayList<>()));
        for (int window = 0; window < count(); window++) {
            List<Wish> next = new ArrayList<>();
            for (int i = 0; i < wishes.size(); i++) {
                Wish wish = wishes.get(i);
                Check.argument(
                        wish.given().isEmpty(),
                        "%d codes are given to a picture of several windows; give none",
                        wish.given().size());
                long number = wish.number() * count() + window;
                next.add(wish.numbered(number).behind(shared(code, window, windows.get(i))));
            }
            List<Painted> drawn = model.draw(next);
            for (int i = 0; i < drawn.size(); i++) {
                windows.get(i).add(drawn.get(i));
            }
        }
        return windows.stream()
                .map(
                        all ->
                                new Wide(
                                        joined(code, all),
                                        all.stream().map(Painted::codes).toList(),
                                        all.stream()
                                                .mapToLong(one -> one.ledger().forwards())
                                                .sum()))
                .toList();
    }

    private static GridCode code(PictureModel model) {
        return switch (model.manner()) {
            case Cells cells -> cells.code();
            case CodeMasks masks -> masks.code();
            case Scales _, Line _, FlowManner _ ->
                    throw new IllegalArgumentException(
                            "model %s draws no codes of a grid; take one that does, such as digits-bits"
                                    .formatted(model.name()));
        };
    }

    /// The codes of a window that are known, and unknown ones.
    private List<Integer> shared(GridCode code, int window, List<Painted> before) {
        int each = code.perCell();
        List<Integer> codes =
                new ArrayList<>(Collections.nCopies(code.length(), PictureCode.UNKNOWN));
        for (int cell = 0; cell < code.down() * code.across(); cell++) {
            int y = cell / code.across();
            int x = cell % code.across();
            int from;
            int its;
            if (window >= across && y < overlap) {
                from = window - across;
                its = (y + code.down() - overlap) * code.across() + x;
            } else if (window % across > 0 && x < overlap) {
                from = window - 1;
                its = y * code.across() + x + code.across() - overlap;
            } else {
                continue;
            }
            for (int part = 0; part < each; part++) {
                codes.set(cell * each + part, before.get(from).codes().get(its * each + part));
            }
        }
        return codes;
    }

    private Raster joined(GridCode code, List<Painted> windows) {
        Raster first = windows.getFirst().picture();
        int high = first.rows() * overlap / code.down(); // pixels that are shared
        int wide = first.columns() * overlap / code.across();
        int rows = down * (first.rows() - high) + high;
        int columns = across * (first.columns() - wide) + wide;
        int channels = first.channels();
        double[] all = new double[rows * columns * channels];
        double[] weights = new double[rows * columns];
        for (int window = 0; window < windows.size(); window++) {
            Raster picture = windows.get(window).picture();
            int top = window / across * (first.rows() - high);
            int left = window % across * (first.columns() - wide);
            double[] ofRow = fading(first.rows(), high, window / across, down);
            double[] ofColumn = fading(first.columns(), wide, window % across, across);
            for (int y = 0; y < first.rows(); y++) {
                for (int x = 0; x < first.columns(); x++) {
                    int pixel = (top + y) * columns + left + x;
                    double weight = ofRow[y] * ofColumn[x];
                    weights[pixel] += weight;
                    for (int c = 0; c < channels; c++) {
                        all[pixel * channels + c] += weight * picture.at(y, x, c);
                    }
                }
            }
        }
        return Raster.of(
                rows,
                columns,
                channels,
                (y, x, c) -> {
                    int pixel = y * columns + x;
                    return all[pixel * channels + c] / weights[pixel];
                });
    }

    /// How much a window counts at each pixel from one of its sides to the other.
    ///
    /// @param shared pixels with each neighbour
    /// @param which of so many windows it is
    private static double[] fading(int pixels, int shared, int which, int windows) {
        return IntStream.range(0, pixels)
                .mapToDouble(
                        pixel -> {
                            double in = which > 0 ? (pixel + 0.5) / shared : 1;
                            double out = which + 1 < windows ? (pixels - pixel - 0.5) / shared : 1;
                            return Math.min(1, in) * Math.min(1, out);
                        })
                .toArray();
    }
}
