package org.cumae.data;

import org.cumae.data.DataFile.Origin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Where data sets are kept.
///
/// A file is fetched beside its place, checked, and renamed: it is there whole or not at all.
///
/// @param root the folder
public record DataFolder(Path root) {
    private static final String VARIABLE = "CUMAE_DATA";

    /// An archive is refused beyond so many times the length of what is packed out of it.
    private static final long ARCHIVE_FACTOR = 4;

    /// How a file came to be there.
    public enum How {
        /// It was there, and has the right digest.
        HELD,
        /// It has been fetched.
        FETCHED
    }

    /// Is told how far a file is.
    @FunctionalInterface
    public interface Progress {
        /// Some bytes more are there.
        ///
        /// @param file which file
        /// @param done how many bytes are there
        void at(DataFile file, long done);
    }

    /// `$CUMAE_DATA`, or `.cache/cumae` in the user's home folder.
    public static DataFolder standard() {
        return new DataFolder(
                Optional.ofNullable(System.getenv(VARIABLE))
                        .filter(value -> !value.isBlank())
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache", "cumae")));
    }

    /// Where a file lies or would lie.
    public Path path(DataFile file) {
        return root.resolve(file.path());
    }

    /// Whether a file is there. Its bytes are not looked at; [#get] does.
    public boolean has(DataFile file) {
        return Files.isRegularFile(path(file));
    }

    /// Sees to it that a file is there, with the right digest.
    ///
    /// @param file the file
    /// @param progress is told how far it is
    /// @throws DataException if it cannot be fetched, or what is there is another file
    public How get(DataFile file, Progress progress) {
        Path target = path(file);
        try {
            if (has(file)) {
                String digest = digest(file, target);
                if (!digest.equals(file.sha256())) {
                    throw new DataException(
                            null,
                            "%s has SHA-256 %s and should have %s; move it away and run it again",
                            target,
                            digest,
                            file.sha256());
                }
                return How.HELD;
            }
            Path part = target.resolveSibling(target.getFileName() + ".part");
            try {
                fetch(file, part, progress);
            } catch (DataException e) {
                throw new DataException(
                        e,
                        "%s. Or bring the file to %s yourself; %s names the folder",
                        e.getMessage(),
                        target,
                        VARIABLE);
            }
            accept(file, part, target);
            return How.FETCHED;
        } catch (IOException e) {
            throw new DataException(e, "%s: %s", target, e.toString());
        }
    }

    private void fetch(DataFile file, Path part, Progress progress) throws IOException {
        switch (file.origin()) {
            case Origin.Plain plain ->
                    new Download(
                                    plain.uri(),
                                    part,
                                    OptionalLong.of(file.bytes()),
                                    file.bytes(),
                                    done -> progress.at(file, done))
                            .run();
            case Origin.Archive archive -> pack(file, archive, part, progress);
        }
    }

    /// The place of a file; if it belongs to a known data set and is not there, it is fetched.
    ///
    /// @param path under the folder, or absolute
    /// @param progress is told how far it is
    /// @throws DataException if it cannot be fetched
    public Path find(String path, Progress progress) {
        Path place = root.resolve(path);
        if (!Files.exists(place)) {
            DataSets.known().all().stream()
                    .flatMap(set -> set.files().stream())
                    .filter(file -> file.path().equals(path))
                    .forEach(file -> get(file, progress));
        }
        return place;
    }

    private static void accept(DataFile file, Path part, Path target) throws IOException {
        String digest = digest(file, part);
        if (!digest.equals(file.sha256())) {
            Files.delete(part); // to go on from it would give the same
            throw new DataException(
                    null,
                    "what came from %s has SHA-256 %s and should have %s; it was thrown away",
                    file.origin().uri(),
                    digest,
                    file.sha256());
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String digest(DataFile file, Path path) throws IOException {
        return switch (file.origin()) {
            case Origin.Plain _ -> Listing.sha256(path);
            case Origin.Archive _ -> Listing.sha256OfEntries(path);
        };
    }

    private void pack(DataFile file, Origin.Archive archive, Path part, Progress progress)
            throws IOException {
        Path whole = part.resolveSibling(part.getFileName() + ".archive");
        new Download(
                        archive.uri(),
                        whole,
                        OptionalLong.empty(),
                        ARCHIVE_FACTOR * file.bytes(),
                        done -> progress.at(file, Math.min(done, file.bytes())))
                .run();
        try (ZipFile from = new ZipFile(whole.toFile());
                OutputStream to = Files.newOutputStream(part)) {
            pack(from, archive.folders(), to);
        } catch (ZipException e) {
            Files.delete(whole);
            throw new DataException(
                    e,
                    "what came from %s is no whole zip archive (%s); it was thrown away, so run"
                            + " it again",
                    archive.uri(),
                    e.getMessage());
        }
        try (FileChannel packed = FileChannel.open(part, StandardOpenOption.WRITE)) {
            packed.force(true);
        }
        Files.delete(whole);
    }

    /// Packs some folders of a repository's archive, in which all lies under one folder.
    private static void pack(ZipFile from, List<String> folders, OutputStream to)
            throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(to)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : Listing.entries(from)) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (folders.stream().anyMatch(name::startsWith)) {
                    ZipEntry stored = new ZipEntry(name);
                    stored.setSize(entry.getSize());
                    stored.setCrc(entry.getCrc());
                    zip.putNextEntry(stored);
                    from.getInputStream(entry).transferTo(zip);
                    zip.closeEntry();
                }
            }
        }
    }
}
