package org.cumae.image;

import org.cumae.picture.EmergingCode;
import org.cumae.picture.GridCode;
import org.cumae.picture.Latent;
import org.cumae.picture.PictureCode;
import org.cumae.picture.PictureUnit;
import org.cumae.picture.PyramidCode;
import org.cumae.psi.Raster;

/// A picture that is on its way: in colours, and patches that are not known yet as paper.
public final class Preview {
    private static final double[] PAPER = {0.84, 0.82, 0.77};

    private Preview() {}

    /// What is known of a picture of real vectors, `[rows, columns, 3]`.
    ///
    /// @param values `[length * width]`, NaN where not known yet
    public static Raster of(Latent latent, float... values) {
        boolean[] known = new boolean[latent.length()];
        float[] filled = values.clone();
        for (int i = 0; i < values.length; i++) {
            known[i / latent.width()] = !Float.isNaN(values[i]);
            filled[i] = known[i / latent.width()] ? values[i] : 0;
        }
        int cell = latent.rows() / latent.down(); // its side in pixels
        return shown(latent.write(filled), (y, x) -> known[y / cell * latent.across() + x / cell]);
    }

    /// What is known of a picture of codes, `[rows, columns, 3]`.
    ///
    /// @param codes `[length]`, [PictureCode#UNKNOWN] where not known yet
    public static Raster of(PictureCode code, int... codes) {
        return shown(code.write(codes), (y, x) -> isKnown(code, codes, y, x));
    }

    /// A picture of which something is known everywhere, `[rows, columns, 3]`.
    static Raster whole(Raster picture) {
        return shown(picture, (_, _) -> true);
    }

    /// A picture of which nothing is known, `[rows, columns, 3]`.
    static Raster nothing(PictureUnit unit) {
        return Raster.of(unit.rows(), unit.columns(), 3, (_, _, c) -> PAPER[c]);
    }

    private interface Known {
        boolean at(int y, int x);
    }

    private static Raster shown(Raster picture, Known known) {
        return Raster.of(
                picture.rows(),
                picture.columns(),
                3,
                (y, x, c) ->
                        known.at(y, x)
                                ? Math.clamp(
                                        picture.at(y, x, Math.min(c, picture.channels() - 1)), 0, 1)
                                : PAPER[c]);
    }

    private static boolean isKnown(PictureCode code, int[] codes, int y, int x) {
        return switch (code) {
            case GridCode grid -> {
                int cell =
                        y * grid.down() / grid.rows() * grid.across()
                                + x * grid.across() / grid.columns();
                yield codes[cell * grid.perCell()] != PictureCode.UNKNOWN;
            }
            case PyramidCode _ -> codes[0] != PictureCode.UNKNOWN;
            case EmergingCode emerging ->
                    codes[emerging.length() / emerging.groups() - 1] != PictureCode.UNKNOWN;
        };
    }
}
