package org.cumae.weights;

import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Writes safetensors: one file, or a folder of shards with their index. Files are whole or not
/// there (see [WholeFile]).
public final class SafetensorsWriter {
    private static final int HEADER_ALIGNMENT = 8;
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /// Writes one file.
    ///
    /// Wide types come first, so that every tensor begins at a multiple of the length of its
    /// values.
    ///
    /// @param metadata strings to put beside the tensors; they stand in the order of their keys, so
    ///   that what is equal is written to equal bytes
    public static void write(Path target, Map<String, String> metadata, List<NewTensor> tensors) {
        write(Disk.REAL, target, metadata, tensors);
    }

    static void write(
            Disk disk, Path target, Map<String, String> metadata, List<NewTensor> tensors) {
        NewTensor.checkDistinct(tensors);
        List<NewTensor> inOrder =
                tensors.stream()
                        .sorted(
                                Comparator.comparingInt(
                                        (NewTensor tensor) -> -tensor.info().type().blockBytes()))
                        .toList();
        byte[] header = header(metadata, inOrder);
        WholeFile.write(
                disk,
                target,
                sink -> {
                    sink.write(header);
                    for (NewTensor tensor : inOrder) {
                        tensor.writeTo(sink);
                    }
                });
    }

    /// Writes shards and their index into a folder that holds no weights yet. The index comes last:
    /// without it the folder is not taken for a model, so a model that is half written is never
    /// loaded.
    ///
    /// @param most the bytes after which a new shard begins; a tensor longer than that has its own
    /// @return the index
    public static Path writeShards(
            Path folder, Map<String, String> metadata, List<NewTensor> tensors, long most) {
        return writeShards(Disk.REAL, folder, metadata, tensors, most);
    }

    static Path writeShards(
            Disk disk,
            Path folder,
            Map<String, String> metadata,
            List<NewTensor> tensors,
            long most) {
        NewTensor.checkDistinct(tensors);
        for (String name : List.of(ModelFolder.INDEX, ModelFolder.SINGLE)) {
            if (Files.exists(folder.resolve(name))) {
                throw new WeightFileException(
                        folder.resolve(name),
                        "is there already; write the shards to a new folder, because replacing"
                                + " several files cannot be done in one step");
            }
        }
        List<List<NewTensor>> shards = shards(tensors, most);
        Map<String, String> shardOfTensor = new LinkedHashMap<>();
        for (int i = 0; i < shards.size(); i++) {
            String name =
                    String.format(
                            Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            write(disk, folder.resolve(name), metadata, shards.get(i));
            shards.get(i).forEach(tensor -> shardOfTensor.put(tensor.info().name(), name));
        }
        Path index = folder.resolve(ModelFolder.INDEX);
        byte[] json = index(tensors, shardOfTensor);
        WholeFile.write(disk, index, sink -> sink.write(json));
        return index;
    }

    private static List<List<NewTensor>> shards(List<NewTensor> tensors, long most) {
        if (most <= 0) {
            throw new IllegalArgumentException(
                    "a shard of at most " + most + " bytes; it must be 1 or more");
        }
        List<List<NewTensor>> shards = new ArrayList<>();
        long room = 0;
        for (NewTensor tensor : tensors) {
            if (shards.isEmpty() || tensor.info().bytes() > room) {
                shards.add(new ArrayList<>());
                room = most;
            }
            shards.getLast().add(tensor);
            room -= tensor.info().bytes();
        }
        return shards;
    }

    private static byte[] header(Map<String, String> metadata, List<NewTensor> tensors) {
        byte[] json =
                json(
                        out -> {
                            if (!metadata.isEmpty()) {
                                out.writeObjectPropertyStart(SafetensorsReader.METADATA);
                                new TreeMap<>(metadata).forEach(out::writeStringProperty);
                                out.writeEndObject();
                            }
                            long begin = 0;
                            for (NewTensor tensor : tensors) {
                                writeEntry(out, tensor.info(), begin);
                                begin += tensor.info().bytes();
                            }
                        });
        int length = Math.ceilDiv(json.length, HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.array();
    }

    private static void writeEntry(JsonGenerator out, TensorInfo info, long begin) {
        if (info.name().equals(SafetensorsReader.METADATA)) {
            throw new IllegalArgumentException(
                    "a tensor cannot be named " + SafetensorsReader.METADATA + "; rename it");
        }
        out.writeObjectPropertyStart(info.name());
        out.writeStringProperty("dtype", SafetensorsType.nameOf(info.type()));
        out.writeArrayPropertyStart("shape");
        info.shape().forEach(axis -> out.writeNumber((long) axis));
        out.writeEndArray();
        out.writeArrayPropertyStart("data_offsets");
        out.writeNumber(begin);
        out.writeNumber(begin + info.bytes());
        out.writeEndArray();
        out.writeEndObject();
    }

    private static byte[] index(List<NewTensor> tensors, Map<String, String> shardOfTensor) {
        return json(
                out -> {
                    out.writeObjectPropertyStart("metadata");
                    out.writeNumberProperty(
                            "total_size",
                            tensors.stream().mapToLong(tensor -> tensor.info().bytes()).sum());
                    out.writeEndObject();
                    out.writeObjectPropertyStart("weight_map");
                    shardOfTensor.forEach(out::writeStringProperty);
                    out.writeEndObject();
                });
    }

    private static byte[] json(Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out =
                JSON.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
            out.writeStartObject();
            fields.accept(out);
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
