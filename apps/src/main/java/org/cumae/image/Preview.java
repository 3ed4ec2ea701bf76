package org.cumae.image;

import org.cumae.picture.PatchCode;
import org.cumae.picture.PictureCode;
import org.cumae.picture.PyramidCode;
import org.cumae.psi.Raster;

/// A picture that is on its way: in colours, and patches that are not known yet as paper.
public final class Preview {
    private static final double[] PAPER = {0.84, 0.82, 0.77};

    private Preview() {}

    /// What is known of a picture, `[rows, columns, 3]`.
    ///
    /// @param codes `[length]`, [PictureCode#UNKNOWN] where not known yet
    public static Raster of(PictureCode code, int... codes) {
        Raster known = code.write(codes);
        return Raster.of(
                known.rows(),
                known.columns(),
                3,
                (y, x, c) ->
                        isKnown(code, codes, y, x)
                                ? Math.clamp(
                                        known.at(y, x, Math.min(c, known.channels() - 1)), 0, 1)
                                : PAPER[c]);
    }

    private static boolean isKnown(PictureCode code, int[] codes, int y, int x) {
        return switch (code) {
            case PatchCode patches -> {
                int side = patches.book().side();
                int columns = patches.book().type().columns();
                yield codes[y / side * columns + x / side] != PictureCode.UNKNOWN;
            }
            case PyramidCode _ -> codes[0] != PictureCode.UNKNOWN;
        };
    }
}
