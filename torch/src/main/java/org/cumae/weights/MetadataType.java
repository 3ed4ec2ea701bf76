package org.cumae.weights;

import java.util.Arrays;
import java.util.Optional;

/// The types a GGUF header gives its values.
public enum MetadataType {
    /// 8-bit unsigned whole number.
    U8(0, 1),
    /// 8-bit signed whole number.
    I8(1, 1),
    /// 16-bit unsigned whole number.
    U16(2, 2),
    /// 16-bit signed whole number.
    I16(3, 2),
    /// 32-bit unsigned whole number.
    U32(4, 4),
    /// 32-bit signed whole number.
    I32(5, 4),
    /// 32-bit floating point number.
    F32(6, 4),
    /// One byte, 0 or 1.
    BOOL(7, 1),
    /// UTF-8 text.
    TEXT(8, 0),
    /// A run of values of one type.
    ARRAY(9, 0),
    /// 64-bit unsigned whole number.
    U64(10, 8),
    /// 64-bit signed whole number.
    I64(11, 8),
    /// 64-bit floating point number.
    F64(12, 8);

    private final int id;
    private final int bytes;

    MetadataType(int id, int bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    /// The number that stands for the type in a file.
    int id() {
        return id;
    }

    /// Bytes of one value; 0 where that varies.
    int bytes() {
        return bytes;
    }

    boolean isReal() {
        return this == F32 || this == F64;
    }

    /// Whether values are whole numbers.
    boolean isWhole() {
        return bytes > 0 && this != BOOL && !isReal();
    }

    static Optional<MetadataType> ofId(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }
}
