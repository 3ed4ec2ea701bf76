package org.cumae.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The weights in a directory as Hugging Face lays it out: `model.safetensors`, or shards that an
/// index names. The index is a stranger's: it may only give plain names of files inside the
/// directory.
final class ModelFolder {
    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final int MOST_ROWS = 1_000_000;
    private static final int MOST_SHARDS = 10_000;
    private static final String SHARDS = ".*-\\d+-of-\\d+\\.safetensors";
    private static final String PICKLES = ".*\\.(bin|pt|pth|ckpt|pkl|pickle)";

    private final Path folder;

    ModelFolder(Path folder) {
        this.folder = folder;
    }

    /// The one file with weights, or the index.
    Path weights() {
        for (String name : List.of(SINGLE, INDEX)) {
            Path path = folder.resolve(name);
            if (Files.exists(path)) {
                checkInside(path);
                return path;
            }
        }
        List<Path> shards = files(SHARDS);
        if (!shards.isEmpty()) {
            throw new WeightFileException(
                    folder,
                    "has %d shards, %s first, but no %s; the model is incomplete, so fetch or"
                            + " write it again",
                    shards.size(),
                    Quoted.of(shards.getFirst().getFileName().toString()),
                    INDEX);
        }
        List<Path> others = files(".*\\.(safetensors|gguf)");
        if (others.size() == 1) {
            checkInside(others.getFirst());
            return others.getFirst();
        }
        if (others.size() > 1) {
            throw new WeightFileException(
                    folder,
                    "has neither %s nor %s, but %d other weight files, %s first; name the one to"
                            + " open",
                    SINGLE,
                    INDEX,
                    others.size(),
                    Quoted.of(others.getFirst().getFileName().toString()));
        }
        List<Path> pickles = files(PICKLES);
        if (!pickles.isEmpty()) {
            throw new WeightFileException(
                    folder,
                    "has its weights in %s, a pickle, which can run code and is never read; convert"
                            + " it to safetensors (in Python: safetensors.torch.save_file)",
                    Quoted.of(pickles.getFirst().getFileName().toString()));
        }
        throw new WeightFileException(
                folder,
                "has no weights: neither %s nor %s nor a .gguf file is in it",
                SINGLE,
                INDEX);
    }

    /// Reads an index.
    ///
    /// @return the shard of each tensor
    Map<String, Path> shards(Path index) {
        Map<String, Path> shardOfTensor = new LinkedHashMap<>();
        Map<String, Path> shardOfName = new HashMap<>();
        StrictJson.object(
                index,
                "the shard index",
                bytes(index),
                field -> {
                    if (field.name().equals("weight_map")) {
                        field.object(row -> addRow(row, shardOfTensor, shardOfName));
                    } else {
                        field.skip();
                    }
                });
        if (shardOfTensor.isEmpty()) {
            throw new WeightFileException(
                    index, "the shard index has no weight_map, or an empty one");
        }
        checkDistinct(index, shardOfName);
        return shardOfTensor;
    }

    private void addRow(
            StrictJson.Field row, Map<String, Path> shardOfTensor, Map<String, Path> shardOfName) {
        if (shardOfTensor.size() == MOST_ROWS) {
            throw row.refuse(
                    "is beyond row %d of the weight_map, the most that is read", MOST_ROWS);
        }
        String name = row.text();
        Path shard = shardOfName.computeIfAbsent(name, _ -> shard(row, name));
        if (shardOfName.size() > MOST_SHARDS) {
            throw row.refuse(
                    "names shard number %d; at most %d are read", MOST_SHARDS + 1, MOST_SHARDS);
        }
        if (shardOfTensor.put(row.name(), shard) != null) {
            throw row.refuse("stands twice in the weight_map; convert the model again");
        }
    }

    private Path shard(StrictJson.Field row, String name) {
        boolean plain =
                name.endsWith(".safetensors")
                        && name.chars().noneMatch(c -> c < ' ' || "/\\:*?\"<>|".indexOf(c) >= 0);
        if (!plain) {
            throw row.refuse(
                    "is said to be in %s; a shard must be the plain name of a .safetensors file in"
                            + " the same directory",
                    Quoted.of(name));
        }
        Path path = folder.resolve(name);
        if (!Files.exists(path)) {
            throw row.refuse(
                    "is said to be in %s, which is missing from %s; fetch the missing shard",
                    Quoted.of(name), folder);
        }
        checkInside(path);
        return path;
    }

    /// Two names for one file would give its tensors twice.
    private static void checkDistinct(Path index, Map<String, Path> shardOfName) {
        Map<Path, String> seen = new HashMap<>();
        shardOfName.forEach(
                (name, path) -> {
                    String other = seen.put(realPath(path), name);
                    if (other != null) {
                        throw new WeightFileException(
                                index,
                                "the shards %s and %s are one and the same file; fetch both again",
                                Quoted.of(other),
                                Quoted.of(name));
                    }
                });
    }

    /// A link may not lead out of the directory. One layout is known to use links that do, and is
    /// allowed: a download cache keeps `REPO/snapshots/REVISION/NAME` as a link to
    /// `REPO/blobs/HASH`.
    private void checkInside(Path path) {
        Path real = realPath(path);
        Path home = realPath(folder);
        Path snapshots = home.getParent();
        boolean inCache =
                snapshots != null
                        && snapshots.endsWith("snapshots")
                        && real.startsWith(snapshots.resolveSibling("blobs"));
        if (!real.startsWith(home) && !inCache) {
            throw new WeightFileException(
                    path,
                    "is a link to %s, outside its directory; copy the file into the directory",
                    real);
        }
    }

    private static byte[] bytes(Path index) {
        try (FileBytes file = FileBytes.open(index)) {
            HeaderBudget.check(index, file.size());
            byte[] bytes = new byte[Math.toIntExact(file.size())];
            file.read(0, MemorySegment.ofArray(bytes), "the shard index");
            return bytes;
        }
    }

    private List<Path> files(String pattern) {
        try (Stream<Path> all = Files.list(folder)) {
            return new ArrayList<>(
                    all.filter(path -> path.getFileName().toString().matches(pattern))
                            .sorted()
                            .toList());
        } catch (IOException e) {
            throw new WeightFileException(e, folder, "cannot be listed: %s", e.getMessage());
        }
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new WeightFileException(e, path, "cannot be followed: %s", e.getMessage());
        }
    }
}
