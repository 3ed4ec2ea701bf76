package org.cumae.net;

import org.cumae.Check;

import java.util.Map;

/// The shape of a [DiffusionNet].
///
/// @param channels of a pixel
/// @param rows of a picture, in pixels
/// @param columns of a picture, in pixels
/// @param patch the side of a patch as pictures are read
/// @param fine the side of a patch as they come out of noise
/// @param width channels of all its blocks
/// @param heads of attention
/// @param reading how many blocks read pictures
/// @param telling how many blocks read codes, each code those before it
/// @param emerging how many blocks say which way pictures go
/// @param codes of a picture
/// @param numbers that a code is read as and told by
/// @param guesses whether the best guess of the velocity that is linear in where a picture is, for
///   pixels of a spread of [#SPREAD], is added to what the network says: a small one then need not
///   learn to repeat noise, which D-AR's large one does
public record DiffusionShape(
        int channels,
        int rows,
        int columns,
        int patch,
        int fine,
        int width,
        int heads,
        int reading,
        int telling,
        int emerging,
        int codes,
        int numbers,
        boolean guesses) {
    /// How far pixels are from 0 on the way, beside noise at 1.
    public static final double SPREAD = 0.6;

    private static final int HEAD = 32; // channels, where they divide the width
    private static final int QUARTERS = 4; // a head turns by rows and columns, in pairs

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming the one that is wrong
    public DiffusionShape {
        Map.of(
                        "channels", channels,
                        "patch", patch,
                        "fine", fine,
                        "heads", heads,
                        "reading", reading,
                        "telling", telling,
                        "emerging", emerging,
                        "codes", codes,
                        "numbers", numbers)
                .forEach(
                        (what, count) ->
                                Check.argument(
                                        count > 0, "%s is %d; it must be 1 or more", what, count));
        checkCut(patch, rows, columns);
        checkCut(fine, rows, columns);
        Check.argument(
                width > 0 && width % (QUARTERS * heads) == 0,
                "%d channels are cut into %d heads; take a multiple of %d times the heads",
                width,
                heads,
                QUARTERS);
    }

    private static void checkCut(int side, int rows, int columns) {
        Check.argument(
                rows > 0 && columns > 0 && rows % side == 0 && columns % side == 0,
                "pictures of %d x %d pixels cannot be cut into patches of side %d; crop them",
                columns,
                rows,
                side);
    }

    /// With as many blocks that read pictures, and that read codes, as the paper has for each that
    /// pictures come out through: two for three.
    ///
    /// @param emerging how many blocks say which way pictures go
    public static DiffusionShape of(
            int channels,
            int rows,
            int columns,
            int patch,
            int fine,
            int width,
            int emerging,
            int codes,
            int numbers) {
        int others = Math.ceilDiv(2 * emerging, 3);
        int heads = width % HEAD == 0 ? width / HEAD : 1;
        return new DiffusionShape(
                channels, rows, columns, patch, fine, width, heads, others, others, emerging, codes,
                numbers, true);
    }

    int headDim() {
        return width / heads;
    }
}
