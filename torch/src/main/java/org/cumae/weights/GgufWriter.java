package org.cumae.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes GGUF version 3. Files are whole or not there (see [WholeFile]).
public final class GgufWriter {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = GgufReader.DEFAULT_ALIGNMENT;

    private final ByteArrayOutputStream header = new ByteArrayOutputStream();

    private GgufWriter() {}

    /// Writes a file.
    ///
    /// @param metadata must name `general.architecture`; the alignment is the format's own 32
    /// @param tensors the tensors, in the order in which they shall stand in the file
    public static void write(
            Path target, Map<String, MetadataValue> metadata, List<NewTensor> tensors) {
        write(Disk.REAL, target, metadata, tensors);
    }

    static void write(
            Disk disk, Path target, Map<String, MetadataValue> metadata, List<NewTensor> tensors) {
        NewTensor.checkDistinct(tensors);
        if (!(metadata.get(GgufReader.ARCHITECTURE) instanceof MetadataValue.Text)) {
            throw new IllegalArgumentException(
                    "GGUF needs a string " + GgufReader.ARCHITECTURE + " in its metadata");
        }
        if (metadata.containsKey(GgufReader.ALIGNMENT)) {
            throw new IllegalArgumentException(
                    GgufReader.ALIGNMENT
                            + " is not for the caller: files are written with "
                            + ALIGNMENT);
        }
        byte[] header = new GgufWriter().header(metadata, tensors);
        WholeFile.write(
                disk,
                target,
                sink -> {
                    sink.write(header);
                    for (NewTensor tensor : tensors) {
                        tensor.writeTo(sink);
                        pad(sink);
                    }
                });
    }

    private static void pad(WholeFile.Sink sink) throws IOException {
        sink.write(
                new byte[(int) (StoredTensor.roundUp(sink.written(), ALIGNMENT) - sink.written())]);
    }

    private byte[] header(Map<String, MetadataValue> metadata, List<NewTensor> tensors) {
        i32(GgufReader.MAGIC);
        i32(VERSION);
        i64(tensors.size());
        i64(metadata.size());
        metadata.forEach(
                (key, value) -> {
                    text(key);
                    value(value);
                });
        long offset = 0;
        for (NewTensor tensor : tensors) {
            tensor(tensor.info(), offset);
            offset = StoredTensor.roundUp(offset + tensor.info().bytes(), ALIGNMENT);
        }
        header.writeBytes(
                new byte[(int) StoredTensor.roundUp(header.size(), ALIGNMENT) - header.size()]);
        return header.toByteArray();
    }

    private void tensor(TensorInfo info, long offset) {
        text(info.name());
        i32(info.shape().size());
        info.shape().reversed().forEach(this::i64);
        i32(info.type().ggufId());
        i64(offset);
    }

    private void value(MetadataValue value) {
        switch (value) {
            case MetadataValue.Text(String text) -> {
                i32(MetadataType.TEXT.id());
                text(text);
            }
            case MetadataValue.Flag(boolean flag) -> {
                i32(MetadataType.BOOL.id());
                header.write(flag ? 1 : 0);
            }
            case MetadataValue.Whole(MetadataType type, long number) -> {
                i32(type.id());
                bits(number, type.bytes());
            }
            case MetadataValue.Real(MetadataType type, double number) -> {
                i32(type.id());
                bits(
                        type == MetadataType.F32
                                ? Float.floatToRawIntBits((float) number)
                                : Double.doubleToRawLongBits(number),
                        type.bytes());
            }
            case MetadataValue.Texts(List<String> texts) -> {
                i32(MetadataType.ARRAY.id());
                i32(MetadataType.TEXT.id());
                i64(texts.size());
                texts.forEach(this::text);
            }
            case MetadataValue.Numbers numbers -> {
                i32(MetadataType.ARRAY.id());
                i32(numbers.type().id());
                i64(numbers.size());
                header.writeBytes(numbers.bytes());
            }
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        i64(bytes.length);
        header.writeBytes(bytes);
    }

    private void i32(int value) {
        bits(value, Integer.BYTES);
    }

    private void i64(long value) {
        bits(value, Long.BYTES);
    }

    /// The lowest bytes of a number, lowest first.
    private void bits(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            header.write((byte) (value >> 8 * i));
        }
    }
}
