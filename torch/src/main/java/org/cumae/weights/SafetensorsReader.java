package org.cumae.weights;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the header of a safetensors file: its length as 64 bits, a JSON object that gives each
/// tensor its type, shape and range of bytes, then the bytes.
final class SafetensorsReader {
    static final String METADATA = "__metadata__";
    static final int LENGTH_BYTES = Long.BYTES;

    private static final long LONGEST_HEADER = 100_000_000;
    private static final int MOST_AXES = 16;

    private final FileBytes file;
    private final long dataFrom;
    private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private boolean metadataSeen;

    private SafetensorsReader(FileBytes file, long dataFrom) {
        this.file = file;
        this.dataFrom = dataFrom;
    }

    static Contents read(FileBytes file) {
        byte[] header = header(file);
        SafetensorsReader reader = new SafetensorsReader(file, LENGTH_BYTES + header.length);
        StrictJson.object(file.path(), "the header", header, reader::field);
        List<StoredTensor> tensors = List.copyOf(reader.tensors.values());
        StoredTensor.checkLayout(file, tensors, reader.dataFrom, 1);
        return new Contents(new Metadata(file.path(), reader.metadata), tensors);
    }

    private static byte[] header(FileBytes file) {
        byte[] prefix = new byte[LENGTH_BYTES];
        file.read(0, MemorySegment.ofArray(prefix), "the length of the header");
        long length = PlainValues.int64(prefix, 0);
        if (length < 2 || length > LONGEST_HEADER) {
            throw new WeightFileException(
                    file.path(),
                    "claims a header of %s bytes; safetensors headers have 2 to %d, so this is"
                            + " another kind of file or a damaged one",
                    Long.toUnsignedString(length),
                    LONGEST_HEADER);
        }
        if (length > file.size() - LENGTH_BYTES) {
            throw new WeightFileException(
                    file.path(),
                    "file ends at byte %d, but its header claims to end at byte %d; the file is cut"
                            + " short, so fetch or copy it again",
                    file.size(),
                    length + LENGTH_BYTES);
        }
        HeaderBudget.check(file.path(), length);
        byte[] header = new byte[(int) length];
        file.read(LENGTH_BYTES, MemorySegment.ofArray(header), "the header");
        if (header[0] != '{') {
            throw new WeightFileException(
                    file.path(),
                    "the header must begin with '{', but its first byte is %d; this is another kind"
                            + " of file or a damaged one",
                    header[0] & 0xFF);
        }
        return header;
    }

    private void field(StrictJson.Field field) {
        if (field.name().equals(METADATA)) {
            if (metadataSeen) {
                throw field.refuse("stands twice in the header");
            }
            metadataSeen = true;
            field.object(this::metadata);
            return;
        }
        if (tensors.put(field.name(), tensor(field)) != null) {
            throw field.refuse("stands twice in the header; convert the model again");
        }
    }

    private void metadata(StrictJson.Field field) {
        if (metadata.put(field.name(), new MetadataValue.Text(field.text())) != null) {
            throw field.refuse("stands twice in %s", METADATA);
        }
    }

    private StoredTensor tensor(StrictJson.Field field) {
        Entry entry = new Entry();
        field.object(entry::field);
        return entry.tensor(field);
    }

    /// One tensor's object, while it is read.
    private final class Entry {
        private Optional<String> dtype = Optional.empty();
        private Optional<long[]> shape = Optional.empty();
        private Optional<long[]> range = Optional.empty();

        private void field(StrictJson.Field field) {
            boolean again =
                    switch (field.name()) {
                        case "dtype" -> {
                            boolean before = dtype.isPresent();
                            dtype = Optional.of(field.text());
                            yield before;
                        }
                        case "shape" -> {
                            boolean before = shape.isPresent();
                            shape = Optional.of(field.wholes(MOST_AXES));
                            yield before;
                        }
                        case "data_offsets" -> {
                            boolean before = range.isPresent();
                            range = Optional.of(field.wholes(2));
                            yield before;
                        }
                        default ->
                                throw field.refuse(
                                        "is not known; a tensor has dtype, shape and data_offsets");
                    };
            if (again) {
                throw field.refuse("stands twice in one tensor");
            }
        }

        private StoredTensor tensor(StrictJson.Field field) {
            if (dtype.isEmpty() || shape.isEmpty() || range.isEmpty()) {
                throw field.refuse("must have dtype, shape and data_offsets");
            }
            long[] fromTo = range.get();
            if (fromTo.length != 2 || fromTo[1] < fromTo[0]) {
                throw field.refuse(
                        "has data_offsets %s; they must be the two numbers begin and end, begin"
                                + " first",
                        Arrays.toString(fromTo));
            }
            TensorType type =
                    SafetensorsType.of(dtype.get())
                            .orElseThrow(
                                    () ->
                                            field.refuse(
                                                    "has dtype %s, which is not supported; convert"
                                                            + " it to one of %s",
                                                    Quoted.of(dtype.get()),
                                                    SafetensorsType.known()));
            List<Long> axes = new ArrayList<>();
            for (long axis : shape.get()) {
                axes.add(axis);
            }
            TensorInfo info = info(field, type, axes);
            long length = fromTo[1] - fromTo[0];
            if (info.bytes() != length) {
                throw field.refuse(
                        "has %d bytes by its data_offsets %s, but shape %s of %s takes %d",
                        length, Arrays.toString(fromTo), axes, type, info.bytes());
            }
            // A begin so large that the sum wraps gives a negative offset, which the layout
            // refuses.
            return new StoredTensor(info, file, dataFrom + fromTo[0]);
        }

        private static TensorInfo info(StrictJson.Field field, TensorType type, List<Long> shape) {
            try {
                return TensorInfo.of(field.name(), type, shape);
            } catch (ArithmeticException e) {
                throw field.refuse("has shape %s, which is more bytes than 2^63", shape);
            }
        }
    }
}
