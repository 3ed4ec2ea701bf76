package org.cumae.train;

import org.cumae.weights.WholeFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a run keeps its checkpoints, its log and the best model so far. One process at a time.
public final class RunFolder implements AutoCloseable {
    private static final String CHECKPOINTS = "checkpoints";

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;
    private final boolean temporary;

    private RunFolder(Path path, FileChannel channel, FileLock lock, boolean temporary) {
        this.temporary = temporary;
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /// Takes the folder for a run.
    ///
    /// @param resume whether a run that it holds is to go on
    /// @throws IllegalArgumentException if it holds a run that is not to go on, or another process
    ///   uses it
    public static RunFolder open(Path path, boolean resume) {
        return open(path, resume, false);
    }

    /// A new folder that goes when it is closed, for a run of which only figures are wanted.
    public static RunFolder temporary() {
        try {
            return open(Files.createTempDirectory("cumae-run-"), false, true);
        } catch (IOException e) {
            throw new TrainingException("cannot make a folder for a run: " + e, e);
        }
    }

    private static RunFolder open(Path path, boolean resume, boolean temporary) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(
                            path.resolve(".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = lock(channel);
            if (lock == null) {
                channel.close();
                throw new IllegalArgumentException(
                        "another process trains in %s; wait for it or choose another folder"
                                .formatted(path));
            }
            RunFolder folder = new RunFolder(path, channel, lock, temporary);
            if (!resume && Files.exists(folder.metrics())) {
                folder.close();
                throw new IllegalArgumentException(
                        "%s holds a run; resume it or choose another folder".formatted(path));
            }
            return folder;
        } catch (IOException e) {
            throw new TrainingException("cannot use %s: %s".formatted(path, e), e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // this very process holds it
        }
    }

    /// The folder itself.
    public Path path() {
        return path;
    }

    /// A run that goes on from another's newest checkpoint with other data or other rates, such as
    /// the fall of a learning rate at its end. A run that has checkpoints of its own goes on from
    /// those.
    ///
    /// @param path its folder
    /// @param other where the other run lies
    /// @throws TrainingException if the other has no checkpoint
    public static RunFolder branch(Path path, Path other) {
        RunFolder branch = open(path, true);
        try {
            if (!Files.isDirectory(branch.checkpoints())) {
                Checkpoints.copyNewest(other.resolve(CHECKPOINTS), branch.checkpoints());
            }
            return branch;
        } catch (IOException e) {
            branch.close();
            throw new TrainingException(
                    "%s cannot go on from %s: %s".formatted(path, other, e.getMessage()), e);
        }
    }

    /// Where checkpoints lie.
    Path checkpoints() {
        return path.resolve(CHECKPOINTS);
    }

    /// What the run was made by when it last began; empty in a new folder.
    public Optional<String> recipe() {
        try {
            return Optional.of(Files.readString(recipeFile()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new TrainingException("cannot read %s: %s".formatted(recipeFile(), e), e);
        }
    }

    /// Keeps what the run is made by, as it was read.
    public void keepRecipe(String recipe) {
        WholeFile.write(recipeFile(), sink -> sink.write(recipe.getBytes(StandardCharsets.UTF_8)));
    }

    private Path recipeFile() {
        return path.resolve("recipe.yaml");
    }

    /// The log, one JSON object a line.
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /// The curve of losses, a picture.
    public Path curve() {
        return path.resolve("loss.png");
    }

    /// The model that did best on held-out data.
    public Path model() {
        return path.resolve("model");
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
            if (temporary) {
                delete();
            }
        } catch (IOException e) {
            throw new TrainingException("cannot leave %s: %s".formatted(path, e), e);
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
