package org.cumae.image;

import org.cumae.Check;
import org.cumae.psi.Raster;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/// Many small pictures on one sheet, row by row, each pixel enlarged to a square.
///
/// @param columns pictures in a row
/// @param scale pixels of the sheet for a pixel of a picture
/// @param gap between pictures, in pixels of the sheet
public record Sheet(int columns, int scale, int gap) {
    private static final int PAPER = 0xFBF8F2;

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming the one that is too small
    public Sheet {
        Check.argument(
                columns > 0 && scale > 0 && gap >= 0,
                "a sheet has %d columns, scale %d and gap %d; take 1, 1 and 0 or more",
                columns,
                scale,
                gap);
    }

    /// One that is about as wide as high.
    public static Sheet of(int pictures) {
        return new Sheet(Math.max(1, (int) Math.ceil(Math.sqrt(pictures))), 3, 4);
    }

    /// Draws the sheet.
    ///
    /// @param pictures of one size, grey or in colours
    /// @throws IllegalArgumentException if there is none, or one differs in size
    public BufferedImage of(List<Raster> pictures) {
        Check.argument(!pictures.isEmpty(), "a sheet needs a picture");
        Raster first = pictures.getFirst();
        int across = Math.min(columns, pictures.size());
        int down = Math.ceilDiv(pictures.size(), columns);
        int wide = first.columns() * scale + gap;
        int high = first.rows() * scale + gap;
        BufferedImage image =
                new BufferedImage(
                        across * wide + gap, down * high + gap, BufferedImage.TYPE_INT_RGB);
        int[] paper = new int[image.getWidth() * image.getHeight()];
        Arrays.fill(paper, PAPER);
        image.setRGB(0, 0, image.getWidth(), image.getHeight(), paper, 0, image.getWidth());
        for (int i = 0; i < pictures.size(); i++) {
            Raster picture = pictures.get(i);
            Check.argument(
                    picture.rows() == first.rows() && picture.columns() == first.columns(),
                    "%s is on a sheet of %s; all must be alike",
                    picture,
                    first);
            put(image, picture, gap + i % columns * wide, gap + i / columns * high);
        }
        return image;
    }

    private void put(BufferedImage image, Raster picture, int left, int top) {
        for (int y = 0; y < picture.rows() * scale; y++) {
            for (int x = 0; x < picture.columns() * scale; x++) {
                image.setRGB(left + x, top + y, rgb(picture, y / scale, x / scale));
            }
        }
    }

    /// A picture by itself, each pixel enlarged to a square.
    ///
    /// @param scale pixels of the result for a pixel of the picture
    public static BufferedImage single(Raster picture, int scale) {
        BufferedImage image =
                new BufferedImage(
                        picture.columns() * scale,
                        picture.rows() * scale,
                        BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, rgb(picture, y / scale, x / scale));
            }
        }
        return image;
    }

    private static int rgb(Raster picture, int y, int x) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
            float value = picture.at(y, x, Math.min(c, picture.channels() - 1));
            rgb = rgb << 8 | Math.round(255 * Math.clamp(value, 0, 1));
        }
        return rgb;
    }
}
