package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.psi.Box;
import org.cumae.psi.Raster;

import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import javax.imageio.ImageIO;

/// Shapes and photos out of the files of known data sets.
public final class SceneFiles {
    private static final int IMAGES = 0x803; // of bytes, in three dimensions
    private static final int LARGEST = 1 << 10;

    private SceneFiles() {}

    /// Digits of a file as MNIST has them (IDX, gzipped), `[side, side, 1]`, ink 1 and paper 0.
    ///
    /// @param count how many of the first
    /// @param side in pixels
    /// @throws IllegalArgumentException if the file is no such one, or holds fewer
    public static List<Raster> digits(Path file, int count, int side) {
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new GZIPInputStream(raw))) {
            Check.argument(in.readInt() == IMAGES, "%s is no IDX file of pictures", file);
            int held = in.readInt();
            int rows = in.readInt();
            int columns = in.readInt();
            Check.argument(
                    held >= count
                            && rows > 0
                            && columns > 0
                            && rows <= LARGEST
                            && columns <= LARGEST,
                    "%s holds %d pictures of %d x %d; %d are asked for",
                    file,
                    held,
                    columns,
                    rows,
                    count);
            List<Raster> digits = new ArrayList<>();
            byte[] pixels = new byte[rows * columns];
            for (int i = 0; i < count; i++) {
                in.readFully(pixels);
                Raster whole =
                        Raster.of(
                                rows,
                                columns,
                                1,
                                (y, x, _) -> (pixels[y * columns + x] & 0xFF) / 255.0);
                digits.add(whole.resampled(Box.all(whole), side, side));
            }
            return digits;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// The first pictures of a ZIP archive, `[rows, columns, 3]` in [0, 1], by the names of the
    /// entries that begin so.
    ///
    /// @param prefix such as `train/`
    /// @param count how many
    /// @throws IllegalArgumentException if there are fewer
    public static List<Raster> photos(Path zip, String prefix, int count) {
        List<Raster> photos = new ArrayList<>();
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = archive.entries();
            while (photos.size() < count && entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith(prefix) && entry.getName().endsWith(".jpg")) {
                    try (InputStream in = archive.getInputStream(entry)) {
                        photos.add(photo(ImageIO.read(in), zip, entry));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + zip, e);
        }
        Check.argument(
                photos.size() == count,
                "%s holds %d pictures whose names begin with '%s'; %d are asked for",
                zip,
                photos.size(),
                prefix,
                count);
        return photos;
    }

    private static Raster photo(BufferedImage image, Path zip, ZipEntry entry) {
        if (image == null) {
            throw new IllegalArgumentException(
                    "%s: %s is no picture".formatted(zip, entry.getName()));
        }
        return Raster.of(
                image.getHeight(),
                image.getWidth(),
                3,
                (y, x, c) -> (image.getRGB(x, y) >> (16 - 8 * c) & 0xFF) / 255.0);
    }
}
