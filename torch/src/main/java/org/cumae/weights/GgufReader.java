package org.cumae.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the header of a GGUF file, version 2 or 3: metadata, then the table of tensors, then the
/// data section, in which every tensor begins at a multiple of the alignment.
final class GgufReader {
    static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
    static final String ARCHITECTURE = "general.architecture";
    static final String ALIGNMENT = "general.alignment";
    static final int DEFAULT_ALIGNMENT = 32;

    private static final int MOST_AXES = 4;
    private static final int MOST_ALIGNMENT = 1 << 20;

    /// Name length, one byte of name, type, one byte of value.
    private static final long SHORTEST_PAIR = 8 + 1 + 4 + 1;

    /// Name length, number of axes, type, offset.
    private static final long SHORTEST_TENSOR = 8 + 4 + 4 + 8;

    /// Types of the format that are not decoded here, for the message.
    private static final Map<Integer, String> UNSUPPORTED =
            Map.ofEntries(
                    Map.entry(9, "Q8_1"),
                    Map.entry(15, "Q8_K"),
                    Map.entry(16, "IQ2_XXS"),
                    Map.entry(17, "IQ2_XS"),
                    Map.entry(18, "IQ3_XXS"),
                    Map.entry(19, "IQ1_S"),
                    Map.entry(20, "IQ4_NL"),
                    Map.entry(21, "IQ3_S"),
                    Map.entry(22, "IQ2_S"),
                    Map.entry(23, "IQ4_XS"),
                    Map.entry(29, "IQ1_M"),
                    Map.entry(34, "TQ1_0"),
                    Map.entry(35, "TQ2_0"),
                    Map.entry(39, "MXFP4"),
                    Map.entry(40, "NVFP4"));

    private final FileBytes file;
    private final HeaderCursor in;

    private GgufReader(FileBytes file) {
        this.file = file;
        this.in = new HeaderCursor(file, 0);
    }

    static Contents read(FileBytes file) {
        return new GgufReader(file).contents();
    }

    private Contents contents() {
        if (in.i32() != MAGIC) {
            throw new WeightFileException(
                    file.path(), "is not a GGUF file: it does not begin with GGUF");
        }
        checkVersion(in.i32());
        in.enter("the table of tensors");
        int tensors = in.count(SHORTEST_TENSOR, "tensors");
        in.enter("the metadata");
        int pairs = in.count(SHORTEST_PAIR, "values");
        Metadata metadata = metadata(pairs);
        metadata.requireText(ARCHITECTURE);
        if (metadata.count("split.count").orElse(1) > 1) {
            throw new WeightFileException(
                    file.path(),
                    "is one part of a model in %d files; join them with llama-gguf-split --merge"
                            + " first",
                    metadata.requireCount("split.count"));
        }
        return new Contents(metadata, tensors(tensors, alignment(metadata)));
    }

    private void checkVersion(int version) {
        if (version == 2 || version == 3) {
            return;
        }
        if (Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3) {
            throw new WeightFileException(
                    file.path(),
                    "is a big-endian GGUF file; this library reads little-endian ones, so convert"
                            + " the model again for a little-endian machine");
        }
        throw new WeightFileException(
                file.path(),
                "has GGUF version %s; versions 2 and 3 are read, so convert the model again with a"
                        + " current converter",
                Integer.toUnsignedString(version));
    }

    private Metadata metadata(int pairs) {
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs; i++) {
            in.enter("name of metadata value " + i);
            String key = in.text();
            in.enter("metadata " + Quoted.of(key));
            if (values.put(key, value(type())) != null) {
                throw in.refuse("stands twice in the file; convert the model again");
            }
        }
        return new Metadata(file.path(), values);
    }

    private MetadataType type() {
        int id = in.i32();
        return MetadataType.ofId(id)
                .orElseThrow(
                        () ->
                                in.refuse(
                                        "has value type %s; the format knows 0 to 12, so the file"
                                                + " is damaged",
                                        Integer.toUnsignedString(id)));
    }

    private MetadataValue value(MetadataType type) {
        return switch (type) {
            case U8 -> new MetadataValue.Whole(type, in.u8());
            case I8 -> new MetadataValue.Whole(type, (byte) in.u8());
            case U16 -> new MetadataValue.Whole(type, in.u8() | in.u8() << 8);
            case I16 -> new MetadataValue.Whole(type, (short) (in.u8() | in.u8() << 8));
            case U32 -> new MetadataValue.Whole(type, in.i32() & 0xFFFF_FFFFL);
            case I32 -> new MetadataValue.Whole(type, in.i32());
            case U64, I64 -> new MetadataValue.Whole(type, in.i64());
            case F32 -> new MetadataValue.Real(type, Float.intBitsToFloat(in.i32()));
            case F64 -> new MetadataValue.Real(type, Double.longBitsToDouble(in.i64()));
            case BOOL -> new MetadataValue.Flag(checkBool(in.u8()) == 1);
            case TEXT -> new MetadataValue.Text(in.text());
            case ARRAY -> list(type());
        };
    }

    private MetadataValue list(MetadataType type) {
        return switch (type) {
            case ARRAY ->
                    throw in.refuse("is a list of lists; no model needs that, so it is refused");
            case TEXT -> {
                int count = in.count(Long.BYTES, "strings");
                List<String> texts = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    texts.add(in.text());
                }
                yield new MetadataValue.Texts(texts);
            }
            case U8, I8, U16, I16, U32, I32, F32, BOOL, U64, I64, F64 -> {
                int count = in.count(type.bytes(), type + " values");
                byte[] bytes = in.bytes(Math.multiplyExact(count, type.bytes()));
                if (type == MetadataType.BOOL) {
                    for (byte b : bytes) {
                        checkBool(b);
                    }
                }
                yield new MetadataValue.Numbers(type, bytes);
            }
        };
    }

    private int checkBool(int value) {
        if (value != 0 && value != 1) {
            throw in.refuse(
                    "holds truth value %d; it must be 0 or 1, so the file is damaged", value);
        }
        return value;
    }

    private int alignment(Metadata metadata) {
        int alignment = metadata.count(ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
        if (Integer.bitCount(alignment) != 1 || alignment < 8 || alignment > MOST_ALIGNMENT) {
            throw new WeightFileException(
                    file.path(),
                    "metadata '%s' is %d; it must be a power of two from 8 to %d",
                    ALIGNMENT,
                    alignment,
                    MOST_ALIGNMENT);
        }
        return alignment;
    }

    private List<StoredTensor> tensors(int count, int alignment) {
        Map<String, TensorInfo> infos = new LinkedHashMap<>();
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            in.enter("name of tensor " + i);
            String name = in.text();
            in.enter("tensor " + Quoted.of(name));
            if (infos.put(name, info(name)) != null) {
                throw in.refuse("stands twice in the file; convert the model again");
            }
            offsets[i] = in.i64();
        }
        long dataFrom = StoredTensor.roundUp(in.position(), alignment);
        List<StoredTensor> tensors = new ArrayList<>(count);
        int index = 0;
        for (TensorInfo info : infos.values()) {
            tensors.add(new StoredTensor(info, file, dataFrom + offsets[index]));
            index++;
        }
        StoredTensor.checkLayout(file, tensors, dataFrom, alignment);
        return List.copyOf(tensors);
    }

    private TensorInfo info(String name) {
        int axes = in.i32();
        if (axes < 0 || axes > MOST_AXES) {
            throw in.refuse(
                    "has %s axes; the format allows %d, so the file is damaged",
                    Integer.toUnsignedString(axes), MOST_AXES);
        }
        List<Long> shape = new ArrayList<>(axes);
        for (int i = 0; i < axes; i++) {
            shape.addFirst(in.i64());
        }
        TensorType type = tensorType(in.i32());
        try {
            return TensorInfo.of(name, type, shape);
        } catch (ArithmeticException e) {
            throw in.refuse(
                    "has shape %s, which is more bytes than 2^63; the file is damaged", shape);
        } catch (IllegalArgumentException e) {
            throw in.refuse("%s; the file is damaged", e.getMessage());
        }
    }

    private TensorType tensorType(int id) {
        return TensorType.ofGgufId(id).orElseThrow(() -> unsupported(id));
    }

    private WeightFileException unsupported(int id) {
        String name = UNSUPPORTED.getOrDefault(id, "type number " + Integer.toUnsignedString(id));
        return in.refuse(
                "is stored as %s, which is not supported; quantise the model as Q4_K, Q6_K or Q8_0",
                name);
    }
}
