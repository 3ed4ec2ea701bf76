package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.psi.Raster;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/// PNG and JPEG pictures of 8 bits a colour, grey or red, green and blue.
///
/// What a file says of itself is looked at before a pixel is decoded, so that a header of 30,000 x
/// 30,000 pixels costs nothing.
public final class PictureFile {
    /// The largest side of a picture, in pixels.
    public static final int LARGEST = 4096;

    private static final int BITS = 8;
    private static final int OPAQUE = 3; // colours beside which only a veil may stand

    private PictureFile() {}

    /// Reads a file, `[rows, columns, 3]` in [0, 1].
    ///
    /// @throws IllegalArgumentException if it is no such picture, saying what it is
    /// @throws UncheckedIOException if it cannot be read
    public static Raster read(Path file) {
        Check.argument(Files.isRegularFile(file), "there is no file %s", file);
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// Reads a picture, `[rows, columns, 3]` in [0, 1].
    ///
    /// @param in its bytes
    /// @param name what messages call it
    /// @throws IllegalArgumentException if it is no such picture, saying what it is
    public static Raster read(InputStream in, String name) {
        BufferedImage image = decoded(in, name);
        return Raster.of(
                image.getHeight(),
                image.getWidth(),
                3,
                (y, x, c) -> (image.getRGB(x, y) >> (16 - 8 * c) & 0xFF) / 255.0);
    }

    private static BufferedImage decoded(InputStream in, String name) {
        try (ImageInputStream stream = ImageIO.createImageInputStream(in)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            Check.argument(readers.hasNext(), "%s is no PNG or JPEG picture", name);
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true);
                check(reader, name);
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new IllegalArgumentException(
                    "%s is a broken picture: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static void check(ImageReader reader, String name) throws IOException {
        String kind = reader.getFormatName();
        Check.argument(
                kind.equalsIgnoreCase("png") || kind.equalsIgnoreCase("jpeg"),
                "%s is a %s picture; convert it to PNG or JPEG",
                name,
                kind);
        int height = reader.getHeight(0);
        int width = reader.getWidth(0);
        Check.argument(
                height <= LARGEST && width <= LARGEST,
                "%s has %d x %d pixels; a picture has at most %d a side; make it smaller",
                name,
                width,
                height,
                LARGEST);
        Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
        ImageTypeSpecifier raw = reader.getRawImageType(0);
        Check.argument(
                types.hasNext() && (raw != null || kind.equalsIgnoreCase("png")),
                "%s has colours other than grey or red, green and blue (CMYK?); convert it to RGB",
                name);
        ImageTypeSpecifier type = raw == null ? types.next() : raw;
        Check.argument(
                type.getNumBands() <= OPAQUE + 1,
                "%s has %d colours a pixel; convert it to RGB",
                name,
                type.getNumBands());
        for (int band = 0; band < type.getNumBands(); band++) {
            Check.argument(
                    type.getBitsPerBand(band) <= BITS,
                    "%s has %d bits a colour; convert it to 8",
                    name,
                    type.getBitsPerBand(band));
        }
    }
}
