package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.psi.Raster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Pictures of one size, each of a class.
///
/// @param pictures `[picture]`
/// @param labels `[picture]`, places in the list of classes
/// @param classes what the classes are called
public record PictureSet(List<Raster> pictures, List<Integer> labels, List<String> classes) {
    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if a picture has no label, or another size than the first
    public PictureSet {
        pictures = List.copyOf(pictures);
        labels = List.copyOf(labels);
        classes = List.copyOf(classes);
        Check.argument(
                !pictures.isEmpty() && pictures.size() == labels.size(),
                "there are %d pictures and %d labels; each picture needs one",
                pictures.size(),
                labels.size());
        Raster first = pictures.getFirst();
        for (int i = 0; i < pictures.size(); i++) {
            Raster picture = pictures.get(i);
            Check.argument(
                    picture.rows() == first.rows()
                            && picture.columns() == first.columns()
                            && picture.channels() == first.channels(),
                    "picture %d has %d x %d pixels of %d channels and picture 0 %d x %d of %d; all"
                            + " must be alike",
                    i,
                    picture.columns(),
                    picture.rows(),
                    picture.channels(),
                    first.columns(),
                    first.rows(),
                    first.channels());
            Check.argument(
                    labels.get(i) >= 0 && labels.get(i) < classes.size(),
                    "picture %d has label %d; labels are [0, %d)",
                    i,
                    labels.get(i),
                    classes.size());
        }
    }

    /// Reads a file of MNIST's form, whose labels lie beside it, or a ZIP archive in which pictures
    /// lie in folders named by class.
    ///
    /// @param most how many of the first at most
    /// @throws IllegalArgumentException if it is neither, or damaged, or a picture is not readable
    public static PictureSet read(Path file, int most) {
        if (Digits.isNamed(file)) {
            int count = Math.min(most, Digits.count(file));
            int[] labels = Digits.labels(Digits.labels(file), count);
            int classes = IntStream.of(labels).max().orElseThrow() + 1;
            return new PictureSet(
                    Digits.pictures(file, count),
                    IntStream.of(labels).boxed().toList(),
                    IntStream.range(0, classes).mapToObj(Integer::toString).toList());
        }
        Check.argument(
                String.valueOf(file.getFileName()).endsWith(".zip"),
                "%s is no set of pictures; give an IDX file (…images-idx3….gz) or a ZIP archive with"
                        + " a folder for each class",
                file);
        return zipped(file, most);
    }

    private static PictureSet zipped(Path file, int most) {
        try (ZipFile archive = new ZipFile(file.toFile())) {
            List<ZipEntry> entries =
                    archive.stream()
                            .filter(
                                    entry ->
                                            entry.getName()
                                                    .matches("(.*/)?[^/]+/[^/]+\\.(jpg|png)"))
                            .sorted(Comparator.comparing(entry -> ofFile(entry) + folder(entry)))
                            .limit(most)
                            .collect(Collectors.toList());
            List<String> classes =
                    List.copyOf(new TreeSet<>(entries.stream().map(PictureSet::folder).toList()));
            List<Raster> pictures = new ArrayList<>();
            for (ZipEntry entry : entries) {
                try (InputStream in = archive.getInputStream(entry)) {
                    pictures.add(PictureFile.read(in, file + ": " + entry.getName()));
                }
            }
            return new PictureSet(
                    pictures,
                    entries.stream().map(entry -> classes.indexOf(folder(entry))).toList(),
                    classes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String folder(ZipEntry entry) {
        String[] path = entry.getName().split("/");
        return path[path.length - 2];
    }

    private static String ofFile(ZipEntry entry) {
        return entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    }

    /// How many pictures.
    public int size() {
        return pictures.size();
    }

    /// Pictures `[from, to)`.
    public PictureSet part(int from, int to) {
        return new PictureSet(pictures.subList(from, to), labels.subList(from, to), classes);
    }

    /// The same in an order by chance.
    public PictureSet shuffled(long seed) {
        Noise noise = Noise.of(seed, 0);
        List<Integer> line = IntStream.range(0, size()).boxed().collect(Collectors.toList());
        line.sort(Comparator.comparingLong((Integer i) -> noise.bits(i)).thenComparing(i -> i));
        return new PictureSet(
                line.stream().map(pictures::get).toList(),
                line.stream().map(labels::get).toList(),
                classes);
    }

    /// The label of a class.
    ///
    /// @throws IllegalArgumentException if there is none of the name, listing those that there are
    public int label(String name) {
        int label = classes.indexOf(name);
        Check.argument(label >= 0, "there is no class %s; classes are %s", name, classes);
        return label;
    }

    /// How often each class occurs.
    public List<Integer> counts() {
        return IntStream.range(0, classes.size())
                .mapToObj(label -> Collections.frequency(labels, label))
                .toList();
    }
}
