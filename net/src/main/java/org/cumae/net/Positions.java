package org.cumae.net;

import org.cumae.Check;

import java.util.List;

/// How a transformer knows where a row stands.
public sealed interface Positions {
    /// Whether a learned vector for each position is added to the embedding.
    default boolean isLearned() {
        return this instanceof Learned || this instanceof Pyramid;
    }

    /// A learned vector for each position is added to the embedding.
    record Learned() implements Positions {}

    /// By nothing but the rows before it.
    record None() implements Positions {}

    /// Pairs of channels of queries and keys are turned by angles that grow with the position.
    ///
    /// @param base the ratio of the slowest to the fastest wavelength, `rope_theta`
    /// @param pairing which channels make a pair
    /// @param scaling how wavelengths are stretched
    /// @see <a href="https://arxiv.org/abs/2104.09864">Su et al. 2021</a>
    record Rotary(double base, Pairing pairing, Scaling scaling) implements Positions {
        /// Checks the base.
        ///
        /// @throws IllegalArgumentException if it is not above 0
        public Rotary {
            Check.argument(base > 0, "the rope base is %s; it must be above 0", base);
        }

        /// The angle, in radians, by which a pair turns from one position to the next.
        ///
        /// @param headDim how many channels a head has, even
        /// @return `[headDim/2]`
        public double[] frequencies(int headDim) {
            double[] plain = new double[headDim / 2];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = Math.pow(base, -2.0 * i / headDim);
            }
            return scaling.scale(plain);
        }
    }

    /// Pairs of channels are turned by where a row stands on a grid: those of the first half of a
    /// head by its row there, those of the second by its column. Positions behind the grid, such as
    /// that of a condition, are not turned.
    ///
    /// @param rows of the grid; position `y * columns + x` stands at `(y, x)`
    /// @param columns of the grid
    /// @param base as of [Rotary]
    /// @see <a href="https://arxiv.org/abs/2406.06525">Sun et al. 2024, LlamaGen</a>
    record Grid(int rows, int columns, double base) implements Positions {
        /// Checks the numbers.
        ///
        /// @throws IllegalArgumentException naming the one out of range
        public Grid {
            Check.argument(
                    rows > 0 && columns > 0,
                    "a grid has %d rows and %d columns; each must be 1 or more",
                    rows,
                    columns);
            Check.argument(base > 0, "the rope base is %s; it must be above 0", base);
        }

        /// The angles, in radians, by which the pairs of a head are turned at a position.
        ///
        /// @param headDim how many channels a head has, a multiple of 4
        /// @return `[headDim/2]`
        double[] angles(int position, int headDim) {
            int row = position / columns;
            int column = position % columns;
            return row < rows ? turns(row, column, headDim, base) : new double[headDim / 2];
        }
    }

    /// A learned vector for each position is added to the embedding, and pairs of channels are
    /// turned as on a [Grid] by where a row stands on one of several square grids of one picture,
    /// whose coordinates are stretched to the last one's: what begins at the same place of the
    /// picture is turned alike on all of them. Positions behind the last grid, such as that of a
    /// condition, are not turned.
    ///
    /// @param sides of the grids, whose positions come one after the other
    /// @param base as of [Rotary]
    /// @see <a href="https://arxiv.org/abs/2412.15205">Ren et al. 2024, FlowAR</a>
    record Pyramid(List<Integer> sides, double base) implements Positions {
        /// Copies the list.
        ///
        /// @throws IllegalArgumentException naming the number out of range
        public Pyramid {
            sides = List.copyOf(sides);
            Check.argument(
                    !sides.isEmpty() && sides.stream().allMatch(side -> side > 0),
                    "grids have sides %s; give one or more, each 1 or more",
                    sides);
            Check.argument(base > 0, "the rope base is %s; it must be above 0", base);
        }

        /// The angles, in radians, by which the pairs of a head are turned at a position.
        ///
        /// @param headDim how many channels a head has, a multiple of 4
        /// @return `[headDim/2]`
        double[] angles(int position, int headDim) {
            int grid = grid(position);
            if (grid == sides.size()) {
                return new double[headDim / 2];
            }
            int side = sides.get(grid);
            int cell = position - first(grid);
            double stretch = (double) sides.getLast() / side;
            int row = cell / side;
            int column = cell % side;
            return turns(stretch * row, stretch * column, headDim, base);
        }

        /// On which grid a position is; as many as there are, behind the last.
        int grid(int position) {
            int grid = 0;
            while (grid < sides.size() && position >= first(grid + 1)) {
                grid++;
            }
            return grid;
        }

        /// The first position of a grid.
        private int first(int grid) {
            return sides.subList(0, grid).stream().mapToInt(side -> side * side).sum();
        }
    }

    /// What a place on a grid turns: the first half of the pairs by its row, the second by its
    /// column.
    private static double[] turns(double row, double column, int headDim, double base) {
        double[] angles = new double[headDim / 2];
        int half = angles.length / 2;
        for (int i = 0; i < half; i++) {
            double frequency = Math.pow(base, -1.0 * i / half);
            angles[i] = row * frequency;
            angles[half + i] = column * frequency;
        }
        return angles;
    }

    /// Pairs of channels are turned by where a row stands in a stack of grids that lie over one
    /// picture: three eighths of them by its row, three by its column, and two by which grid it is.
    /// What is at the same place, in this frame or the next, as a colour or as motion, so stands at
    /// the same row and column.
    ///
    /// Values are turned as well, and what a row has mixed of them is turned back by where the row
    /// stands: so it learns not only what it has found but how far off, which is what motion is,
    /// and can look as far off for something else.
    ///
    /// @param sheets the grids, the first of which says what a step is
    /// @param base as of [Rotary]; the fastest pair turns by two radians a cell
    /// @see <a href="https://arxiv.org/abs/2509.09737">PSI 2025</a>
    /// @see <a href="https://arxiv.org/abs/2310.10375">Miyato et al. 2024, of turned values</a>
    record Stack(List<Sheet> sheets, double base) implements Positions {
        private static final double FASTEST = 2; // radians; pairs tell a cell from the next

        /// One grid of a stack.
        ///
        /// @param rows of the grid
        /// @param columns of the grid
        /// @param slots positions of a cell, which all stand at the same place
        public record Sheet(int rows, int columns, int slots) {
            /// Checks the numbers.
            ///
            /// @throws IllegalArgumentException naming the one out of range
            public Sheet {
                Check.argument(
                        rows > 0 && columns > 0 && slots > 0,
                        "a sheet has %d rows, %d columns and %d slots; each must be 1 or more",
                        rows,
                        columns,
                        slots);
            }

            int positions() {
                return rows * columns * slots;
            }
        }

        /// Copies the list.
        ///
        /// @throws IllegalArgumentException if there is no sheet, or the base is not above 0
        public Stack {
            sheets = List.copyOf(sheets);
            Check.argument(!sheets.isEmpty(), "a stack has no sheet; it needs one or more");
            Check.argument(base > 0, "the rope base is %s; it must be above 0", base);
        }

        /// One past the largest position.
        int positions() {
            return sheets.stream().mapToInt(Sheet::positions).sum();
        }

        /// The angles, in radians, by which the pairs of a head are turned at a position.
        ///
        /// @param headDim how many channels a head has, a multiple of 16
        /// @return `[headDim/2]`
        /// @throws IllegalArgumentException if the position is behind the last sheet
        double[] angles(int position, int headDim) {
            int number = 0;
            int left = position;
            while (number < sheets.size() && left >= sheets.get(number).positions()) {
                left -= sheets.get(number).positions();
                number++;
            }
            Check.argument(
                    number < sheets.size(),
                    "position %d; a stack of these sheets has [0, %d)",
                    position,
                    positions());
            Sheet sheet = sheets.get(number);
            Sheet first = sheets.getFirst();
            int cell = left / sheet.slots;
            double row = middle(cell / sheet.columns, first.rows, sheet.rows);
            double column = middle(cell % sheet.columns, first.columns, sheet.columns);
            double[] angles = new double[headDim / 2];
            int each = angles.length / 4;
            int rest = angles.length / 8;
            for (int i = 0; i < each; i++) {
                double frequency = FASTEST * Math.pow(base, -(double) i / each);
                angles[i] = row * frequency;
                angles[each + i] = column * frequency;
            }
            for (int i = 0; i < rest; i++) {
                angles[2 * each + i] = FASTEST * number * Math.pow(base, -(double) i / rest);
            }
            return angles;
        }

        /// The middle of a cell, in cells of the first sheet.
        private static double middle(int cell, int first, int here) {
            return (cell + 0.5) * first / here - 0.5;
        }
    }

    /// Which channels of a head make a pair.
    enum Pairing {
        /// Channels `i` and `i + headDim/2`, as Hugging Face stores them.
        HALVES,
        /// Channels `2i` and `2i + 1`, as GGUF files of architecture llama store them.
        ADJACENT
    }

    /// How wavelengths are stretched for texts longer than the first training saw.
    sealed interface Scaling {
        /// The frequencies after stretching.
        ///
        /// @param plain `[headDim/2]`
        double[] scale(double[] plain);

        /// Not at all.
        record None() implements Scaling {
            @Override
            public double[] scale(double[] plain) {
                return plain;
            }
        }

        /// All by one factor.
        record Linear(double factor) implements Scaling {
            /// Checks the factor.
            public Linear {
                Check.argument(factor > 0, "the rope factor is %s; it must be above 0", factor);
            }

            @Override
            public double[] scale(double[] plain) {
                double[] scaled = plain.clone();
                for (int i = 0; i < scaled.length; i++) {
                    scaled[i] /= factor;
                }
                return scaled;
            }
        }

        /// Long wavelengths by a factor, short ones not, those between by a blend.
        ///
        /// @param factor of long wavelengths
        /// @param lowFactor wavelengths above `originalLength / lowFactor` are long
        /// @param highFactor wavelengths below `originalLength / highFactor` are short
        /// @param originalLength the length of the first training, in tokens
        record Llama3(double factor, double lowFactor, double highFactor, double originalLength)
                implements Scaling {
            /// Checks the factors.
            public Llama3 {
                Check.argument(factor > 0, "the rope factor is %s; it must be above 0", factor);
                Check.argument(
                        lowFactor > 0 && lowFactor < highFactor,
                        "the rope factors are %s and %s; the low one must be above 0 and below the"
                                + " high one",
                        lowFactor,
                        highFactor);
            }

            @Override
            public double[] scale(double[] plain) {
                double[] scaled = plain.clone();
                for (int i = 0; i < scaled.length; i++) {
                    double turns = originalLength * scaled[i] / (2 * Math.PI);
                    double kept = (turns - lowFactor) / (highFactor - lowFactor);
                    double share = Math.clamp(kept, 0, 1); // 1 keeps the frequency
                    scaled[i] = share * scaled[i] + (1 - share) * scaled[i] / factor;
                }
                return scaled;
            }
        }

        /// Each by its own factor, as a GGUF file may list them.
        ///
        /// @param divisors `[headDim/2]`
        record Listed(List<Double> divisors) implements Scaling {
            /// Copies the list.
            public Listed {
                divisors = List.copyOf(divisors);
            }

            @Override
            public double[] scale(double[] plain) {
                Check.argument(
                        divisors.size() == plain.length,
                        "there are %d rope factors and %d pairs of channels; they must be equal",
                        divisors.size(),
                        plain.length);
                double[] scaled = plain.clone();
                for (int i = 0; i < scaled.length; i++) {
                    scaled[i] /= divisors.get(i);
                }
                return scaled;
            }
        }
    }
}
