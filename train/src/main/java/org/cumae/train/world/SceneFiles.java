package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.psi.Box;
import org.cumae.psi.Raster;
import org.cumae.unit.picture.Digits;
import org.cumae.unit.picture.PictureFile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Shapes and photos out of the files of known data sets.
public final class SceneFiles {
    private SceneFiles() {}

    /// Digits of a file as MNIST has them (IDX, gzipped), `[side, side, 1]`, ink 1 and paper 0.
    ///
    /// @param count how many of the first
    /// @param side in pixels
    /// @throws IllegalArgumentException if the file is no such one, or holds fewer
    public static List<Raster> digits(Path file, int count, int side) {
        return Digits.pictures(file, count).stream()
                .map(whole -> whole.resampled(Box.all(whole), side, side))
                .toList();
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
                        photos.add(PictureFile.read(in, zip + ": " + entry.getName()));
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
}
