package org.cumae.weights;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An open model file, or the shards of one model: names, shapes and values of its tensors, and its
/// metadata.
///
/// Opening reads and checks the headers; values are read when they are asked for, into memory of
/// the caller. All methods may be called from several threads. Interrupting a thread that reads
/// closes the file.
///
/// ```
/// try (WeightFile file = WeightFile.open(Path.of("model.gguf"))) {
///     float[] values = file.floats("output_norm.weight");
/// }
/// ```
public final class WeightFile implements AutoCloseable {
    /// The two families of files.
    public enum Format {
        /// Hugging Face's format, in one file or in shards.
        SAFETENSORS,
        /// The format of llama.cpp, with metadata and tokenizer inside.
        GGUF
    }

    private final Path path;
    private final Format format;
    private final Metadata metadata;
    private final List<FileBytes> files;
    private final Map<String, StoredTensor> tensors;

    private WeightFile(
            Path path,
            Format format,
            Metadata metadata,
            List<FileBytes> files,
            Map<String, StoredTensor> tensors) {
        this.path = path;
        this.format = format;
        this.metadata = metadata;
        this.files = files;
        this.tensors = tensors;
    }

    /// Opens a safetensors or GGUF file, a shard index, or a directory that holds one of these.
    ///
    /// @throws WeightFileException if it is something else, damaged, cut short or a trick
    public static WeightFile open(Path path) {
        if (Files.isDirectory(path)) {
            return openFile(new ModelFolder(path).weights());
        }
        return openFile(path);
    }

    private static WeightFile openFile(Path path) {
        Path name = path.getFileName();
        if (name != null && name.toString().endsWith(".safetensors.index.json")) {
            return openShards(path);
        }
        FileBytes file = FileBytes.open(path);
        try {
            boolean gguf = FileKind.isGguf(file);
            Contents contents = gguf ? GgufReader.read(file) : SafetensorsReader.read(file);
            Map<String, StoredTensor> tensors =
                    LinkedHashMap.newLinkedHashMap(contents.tensors().size());
            contents.tensors().forEach(tensor -> tensors.put(tensor.info().name(), tensor));
            Format format = gguf ? Format.GGUF : Format.SAFETENSORS;
            return new WeightFile(path, format, contents.metadata(), List.of(file), tensors);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static WeightFile openShards(Path index) {
        Path folder = Optional.ofNullable(index.getParent()).orElse(Path.of(""));
        Map<String, Path> shardOfTensor = new ModelFolder(folder).shards(index);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<String, MetadataValue> metadata = new LinkedHashMap<>();
        List<FileBytes> files = new ArrayList<>();
        try {
            for (Path shard : new LinkedHashSet<>(shardOfTensor.values())) {
                FileBytes file = FileBytes.open(shard);
                files.add(file);
                Contents contents = SafetensorsReader.read(file);
                metadata.putAll(contents.metadata().values());
                addShard(contents.tensors(), tensors);
            }
            checkIndex(index, shardOfTensor, tensors);
            return new WeightFile(
                    index,
                    Format.SAFETENSORS,
                    new Metadata(index, metadata),
                    List.copyOf(files),
                    tensors);
        } catch (RuntimeException e) {
            files.forEach(FileBytes::close);
            throw e;
        }
    }

    private static void addShard(List<StoredTensor> shard, Map<String, StoredTensor> tensors) {
        for (StoredTensor tensor : shard) {
            StoredTensor other = tensors.put(tensor.info().name(), tensor);
            if (other != null) {
                throw new WeightFileException(
                        tensor.file().path(),
                        "tensor %s stands in this shard and in %s; convert the model again",
                        Quoted.of(tensor.info().name()),
                        other.file().path());
            }
        }
    }

    /// A tensor must be in the shard that the index names. Tensors that the index forgot are kept.
    private static void checkIndex(
            Path index, Map<String, Path> shardOfTensor, Map<String, StoredTensor> tensors) {
        shardOfTensor.forEach(
                (name, shard) -> {
                    StoredTensor tensor = tensors.get(name);
                    if (tensor == null || !tensor.file().path().equals(shard)) {
                        throw new WeightFileException(
                                index,
                                "says that tensor %s is in %s, but it is %s; fetch index and shards"
                                        + " again",
                                Quoted.of(name),
                                shard.getFileName(),
                                tensor == null ? "in no shard" : "in " + tensor.file().path());
                    }
                });
    }

    /// The file that was opened; for shards, their index.
    public Path path() {
        return path;
    }

    /// The family of the file.
    public Format format() {
        return format;
    }

    /// What the file says beside its tensors. Safetensors files hold strings only.
    public Metadata metadata() {
        return metadata;
    }

    /// The tokenizer inside a GGUF file, where there is one.
    ///
    /// @throws WeightFileException if it contradicts itself
    public Optional<GgufVocabulary> vocabulary() {
        return GgufVocabulary.of(metadata);
    }

    /// The files that hold the tensors: one, or the shards.
    public List<Path> files() {
        return files.stream().map(FileBytes::path).toList();
    }

    /// The length of all files together.
    public long bytes() {
        return files.stream().mapToLong(FileBytes::size).sum();
    }

    /// The names of all tensors, in the order of the file.
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /// Whether there is a tensor of that name.
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /// Type and shape of a tensor.
    ///
    /// @throws WeightFileException if there is none of that name
    public TensorInfo info(String name) {
        return tensor(name).info();
    }

    /// All tensors, in the order of the file.
    public List<TensorInfo> infos() {
        return tensors.values().stream().map(StoredTensor::info).toList();
    }

    /// Reads a tensor as it stands in the file, little-endian.
    ///
    /// @param target where to, [TensorInfo#bytes] long
    public void read(String name, MemorySegment target) {
        new TensorReader(tensor(name)).raw(target);
    }

    /// Reads a tensor as floats.
    ///
    /// @return its values, rows first
    /// @throws WeightFileException if it has more values than a Java array; use [#readFloats]
    public float[] floats(String name) {
        TensorInfo info = info(name);
        if (info.elements() > Integer.MAX_VALUE - 8) {
            throw new WeightFileException(
                    path,
                    "tensor %s has %d values and a Java array holds %d; read it in rows with"
                            + " readFloats",
                    Quoted.of(name),
                    info.elements(),
                    Integer.MAX_VALUE - 8);
        }
        float[] values = new float[(int) info.elements()];
        readFloats(name, MemorySegment.ofArray(values));
        return values;
    }

    /// Reads a tensor as floats into memory of the caller.
    ///
    /// Where other threads may write to `target` (memory outside the heap with a shared or global
    /// scope), large tensors are read by several.
    ///
    /// @param target where to, four times [TensorInfo#elements] bytes long
    public void readFloats(String name, MemorySegment target) {
        readFloats(name, 0, info(name).rows(), target);
    }

    /// Reads some rows of a tensor as floats into memory of the caller.
    ///
    /// @param fromRow the first row
    /// @param toRow the row after the last
    /// @param target where to, `[toRow - fromRow, width]` floats long
    public void readFloats(String name, long fromRow, long toRow, MemorySegment target) {
        new TensorReader(tensor(name)).floats(fromRow, toRow, target);
    }

    /// Reads a tensor of type `Q8_0` taken apart, for products that work on 8-bit values.
    ///
    /// @param values `[rows, width] int8`; value times its scale is the weight
    /// @param scales `[rows, width / 32]` floats, one for each 32 values of a row
    public void readBytesAndScales(String name, MemorySegment values, MemorySegment scales) {
        new TensorReader(tensor(name)).bytesAndScales(values, scales);
    }

    /// Looks at every value of a tensor.
    public TensorHealth health(String name) {
        return TensorHealth.of(this, info(name));
    }

    /// The tensors that hold a value that is not a number or infinite. Reads the whole file.
    public List<TensorHealth> nonFinite() {
        return names().stream().map(this::health).filter(health -> !health.isFinite()).toList();
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new WeightFileException(
                    path, "has no tensor %s; it has %d others", Quoted.of(name), tensors.size());
        }
        return tensor;
    }

    /// Closes the file or all shards.
    @Override
    public void close() {
        files.forEach(FileBytes::close);
    }
}
