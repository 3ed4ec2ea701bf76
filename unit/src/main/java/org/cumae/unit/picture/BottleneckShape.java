package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.net.picture.Supply;

/// What codes a cell of a learned grid becomes.
public sealed interface BottleneckShape {
    /// The most codes of one law.
    int MOST_BITS = 16;

    /// How many numbers a cell is read as.
    int out();

    /// How many numbers a cell is written from.
    int in();

    /// One with weights from somewhere.
    Bottleneck of(Supply supply);

    /// The nearest of some vectors of length 1.
    ///
    /// @param codes how many
    /// @param width of the vectors
    record Book(int codes, int width) implements BottleneckShape {
        /// Checks the sizes.
        ///
        /// @throws IllegalArgumentException naming them
        public Book {
            Check.argument(
                    codes > 1 && codes <= 1 << MOST_BITS && width > 0,
                    "a book of %d codes of %d numbers; take [2, %d] codes of 1 or more",
                    codes,
                    width,
                    1 << MOST_BITS);
        }

        @Override
        public int out() {
            return width;
        }

        @Override
        public int in() {
            return width;
        }

        @Override
        public Bottleneck of(Supply supply) {
            return new Codebook(supply.weight("book", codes, width));
        }
    }

    /// So many bits, in parts that are codes of their own.
    ///
    /// @param bits of a cell
    /// @param parts into how many codes of equally many bits they are cut
    record Binary(int bits, int parts) implements BottleneckShape {
        private static final int WIDTH = 64; // numbers that a cell is written from

        /// Checks the cut.
        ///
        /// @throws IllegalArgumentException if parts are unequal, or have too many bits
        public Binary {
            Check.argument(
                    bits > 0 && parts > 0 && bits % parts == 0,
                    "%d bits are cut into %d parts; they must be equally long",
                    bits,
                    parts);
            Check.argument(
                    bits / parts <= MOST_BITS,
                    "a code of %d bits has %d values, each of which needs a row of the model's head;"
                            + " cut the bits into more parts, of at most %d",
                    bits / parts,
                    1L << (bits / parts),
                    MOST_BITS);
        }

        @Override
        public int out() {
            return bits;
        }

        @Override
        public int in() {
            return WIDTH;
        }

        @Override
        public Bottleneck of(Supply supply) {
            return new Bits(parts, supply.weight("bits", bits, WIDTH));
        }
    }
}
