package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.cumae.weights.Metadata;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFile;
import org.cumae.weights.WeightFileException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// All that a run needs to go on as if it had never stopped, one file a checkpoint.
///
/// A file is whole or not there, and holds a checksum of each tensor. Random numbers and the order
/// of data follow from the seed and the step, so nothing of them is kept.
final class Checkpoints {
    private static final String PREFIX = "step-";
    private static final String SUFFIX = ".safetensors";

    private final Path folder;
    private final int keep;

    Checkpoints(Path folder, int keep) {
        this.folder = folder;
        this.keep = keep;
    }

    /// Writes one, then deletes the oldest beyond those that are kept.
    void write(Position position, Map<String, Tensor> state) throws IOException {
        Files.createDirectories(folder);
        Map<String, String> metadata = new HashMap<>(position.toStrings());
        List<NewTensor> tensors = new ArrayList<>();
        try (var _ = new PointerScope()) {
            state.forEach(
                    (name, tensor) -> {
                        metadata.put("crc32c." + name, Long.toString(Ops.checksum(tensor)));
                        tensors.add(Ops.file(name, tensor, TensorType.F32));
                    });
            SafetensorsWriter.write(file(position.step()), metadata, tensors);
        }
        for (Path old : newestFirst().stream().skip(keep).toList()) {
            Files.deleteIfExists(old);
        }
    }

    /// Where a checkpoint of a step lies.
    Path file(long step) {
        return folder.resolve(PREFIX + "%09d".formatted(step) + SUFFIX);
    }

    /// Reads the newest that is whole, and its tensors into those given.
    ///
    /// @param warned is told of those that are not
    Optional<Position> restore(Map<String, Tensor> state, Consumer<String> warned)
            throws IOException {
        for (Path file : newestFirst()) {
            try {
                return Optional.of(read(file, state));
            } catch (WeightFileException e) {
                warned.accept("%s; the one before it is taken".formatted(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static Position read(Path path, Map<String, Tensor> state) {
        try (WeightFile file = WeightFile.open(path);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Metadata metadata = file.metadata();
            Map<String, Tensor> read = new HashMap<>();
            for (String name : state.keySet()) {
                Tensor tensor = torch.empty_like(state.get(name));
                Ops.readInto(file, name, tensor);
                Optional<String> sum = metadata.text("crc32c." + name);
                if (!sum.equals(Optional.of(Long.toString(Ops.checksum(tensor))))) {
                    throw new WeightFileException(
                            path, "is damaged: the bytes of %s are not those written", name);
                }
                read.put(name, tensor);
            }
            state.forEach((name, tensor) -> tensor.copy_(read.get(name)));
            Map<String, String> strings = new HashMap<>();
            for (String key : Position.START.toStrings().keySet()) {
                metadata.text(key).ifPresent(value -> strings.put(key, value));
            }
            return Position.fromStrings(strings);
        }
    }

    /// Whether the run began at this step, with the checkpoint of another.
    boolean isBranch(long step) {
        return Files.exists(marker(folder, String.valueOf(file(step).getFileName())));
    }

    private static Path marker(Path folder, String checkpoint) {
        return folder.resolve("branch-at-" + checkpoint);
    }

    /// Copies the newest checkpoint of a folder to another, which is whole or not there, and marks
    /// it as that of another run.
    ///
    /// @throws IOException if there is none
    static void copyNewest(Path from, Path to) throws IOException {
        List<Path> files = newestFirst(from);
        if (files.isEmpty()) {
            throw new NoSuchFileException(from.toString(), null, "there is no checkpoint");
        }
        Path newest = files.getFirst();
        Path beside = to.resolveSibling(to.getFileName() + ".new");
        Files.createDirectories(beside);
        Files.copy(newest, beside.resolve(name(newest)), StandardCopyOption.REPLACE_EXISTING);
        Files.write(marker(beside, name(newest)), new byte[0]);
        Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Path> newestFirst() throws IOException {
        return newestFirst(folder);
    }

    private static List<Path> newestFirst(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).startsWith(PREFIX))
                    .filter(file -> name(file).endsWith(SUFFIX))
                    .sorted(Comparator.comparing(Checkpoints::name).reversed())
                    .toList();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
