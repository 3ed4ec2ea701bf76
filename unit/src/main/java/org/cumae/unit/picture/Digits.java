package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.psi.Raster;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Files in the form of MNIST: IDX, gzipped, grey pictures in one and their labels in another.
///
/// Numbers of pictures and sides are looked at before memory is taken for them.
public final class Digits {
    private static final int IMAGES = 0x803; // of bytes, in three dimensions
    private static final int LABELS = 0x801; // of bytes, in one
    private static final int LARGEST = 1 << 10;
    private static final int MOST = 1 << 20;
    private static final String NAMED = "images-idx3";

    private Digits() {}

    /// Whether a file is called as such ones are.
    public static boolean isNamed(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.contains(NAMED) && name.endsWith(".gz");
    }

    /// The file of labels that belongs to one of pictures.
    static Path labels(Path pictures) {
        String name = String.valueOf(pictures.getFileName());
        return pictures.resolveSibling(name.replace(NAMED, "labels-idx1"));
    }

    /// The first pictures of a file, `[rows, columns, 1]`, ink 1 and paper 0.
    ///
    /// @param count how many
    /// @throws IllegalArgumentException if the file is no such one, is cut off, or holds fewer
    public static List<Raster> pictures(Path file, int count) {
        return read(
                file,
                in -> {
                    Check.argument(in.readInt() == IMAGES, "%s is no IDX file of pictures", file);
                    int held = in.readInt();
                    int rows = in.readInt();
                    int columns = in.readInt();
                    Check.argument(
                            rows > 0 && columns > 0 && rows <= LARGEST && columns <= LARGEST,
                            "%s says that its pictures have %d x %d pixels; sides are [1, %d]",
                            file,
                            columns,
                            rows,
                            LARGEST);
                    Check.argument(
                            held >= count,
                            "%s holds %d pictures of %d x %d; %d are asked for",
                            file,
                            held,
                            columns,
                            rows,
                            count);
                    List<Raster> pictures = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        byte[] pixels = new byte[rows * columns];
                        in.readFully(pixels);
                        pictures.add(
                                Raster.of(
                                        rows,
                                        columns,
                                        1,
                                        (y, x, _) -> (pixels[y * columns + x] & 0xFF) / 255.0));
                    }
                    return pictures;
                });
    }

    /// How many pictures or labels a file says it holds.
    static int count(Path file) {
        return read(
                file,
                in -> {
                    int kind = in.readInt();
                    Check.argument(
                            kind == IMAGES || kind == LABELS,
                            "%s is no IDX file of pictures or labels",
                            file);
                    int held = in.readInt();
                    Check.argument(
                            held > 0 && held <= MOST,
                            "%s says that it holds %d; it may be [1, %d]",
                            file,
                            held,
                            MOST);
                    return held;
                });
    }

    /// The first labels of a file.
    static int[] labels(Path file, int count) {
        return read(
                file,
                in -> {
                    Check.argument(in.readInt() == LABELS, "%s is no IDX file of labels", file);
                    int held = in.readInt();
                    Check.argument(
                            held >= count,
                            "%s holds %d labels; %d are asked for",
                            file,
                            held,
                            count);
                    int[] labels = new int[count];
                    for (int i = 0; i < count; i++) {
                        labels[i] = in.readUnsignedByte();
                    }
                    return labels;
                });
    }

    private interface Body<T> {
        T of(DataInputStream in) throws IOException;
    }

    private static <T> T read(Path file, Body<T> body) {
        Check.argument(Files.isRegularFile(file), "there is no file %s", file);
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new GZIPInputStream(raw))) {
            return body.of(in);
        } catch (EOFException e) {
            throw new IllegalArgumentException(file + " is cut off; fetch it again", e);
        } catch (ZipException e) {
            throw new IllegalArgumentException(file + " is not gzipped, or damaged", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
