package org.cumae.picture;

import org.cumae.Check;
import org.cumae.order.Order;
import org.cumae.psi.Raster;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What the codes of a picture stand for: reads pictures of one size into a line of codes and
/// writes codes as a picture.
public sealed interface PictureCode extends PictureUnit
        permits GridCode, PyramidCode, EmergingCode {
    /// A code that is not known yet.
    int UNKNOWN = -1;

    /// Codes are `[0, vocabulary)`.
    int vocabulary();

    /// The codes that belong together: cells of a grid one by one, scales of a pyramid.
    Order order();

    /// Reads a picture.
    ///
    /// @param picture `[rows, columns, channels]` in [0, 1]
    /// @return `[length]`
    /// @throws IllegalArgumentException if it has another size
    int[] read(Raster picture);

    /// Reads pictures, each as [#read(Raster)] does.
    ///
    /// @return `[picture][length]`
    default List<int[]> read(List<Raster> pictures) {
        return pictures.stream().map(this::read).toList();
    }

    /// The codes of each of several pictures.
    ///
    /// @param pictures how many
    /// @param codes of the first, of the second, one behind another
    static List<int[]> each(int pictures, int... codes) {
        int length = codes.length / pictures;
        return IntStream.range(0, pictures)
                .mapToObj(i -> Arrays.copyOfRange(codes, i * length, (i + 1) * length))
                .toList();
    }

    /// Writes a picture: what is known of it, and nothing where nothing is.
    ///
    /// @param codes `[length]`, [#UNKNOWN] where not known yet
    /// @return `[rows, columns, channels]`
    /// @throws IllegalArgumentException if there is another number of codes, or one is out of range
    Raster write(int... codes);

    /// Checks that there are as many codes as a picture has.
    ///
    /// @throws IllegalArgumentException if there are not
    default void requireWhole(int... codes) {
        Check.argument(
                codes.length == length(),
                "a picture of %d codes is written with %d",
                length(),
                codes.length);
    }
}
