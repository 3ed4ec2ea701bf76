package org.cumae.weights;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Puts GGUF files together piece by piece, right or wrong.
final class GgufBytes {
    static final int U32 = 4;
    static final int TEXT = 8;
    static final int ARRAY = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// The fixed part.
    static GgufBytes begin(int version, long tensors, long pairs) {
        return new GgufBytes().raw("GGUF").i32(version).i64(tensors).i64(pairs);
    }

    /// A version 3 header with nothing but the architecture and room for more.
    static GgufBytes llama(long tensors, long morePairs) {
        return begin(3, tensors, morePairs + 1)
                .text("general.architecture")
                .i32(TEXT)
                .text("llama");
    }

    GgufBytes raw(String ascii) {
        bytes.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    GgufBytes i32(int value) {
        return bits(value, 4);
    }

    GgufBytes i64(long value) {
        return bits(value, 8);
    }

    GgufBytes u8(int value) {
        return bits(value, 1);
    }

    GgufBytes text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        i64(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    GgufBytes tensor(String name, int type, long offset, long... axes) {
        text(name).i32(axes.length);
        for (long axis : axes) {
            i64(axis);
        }
        return i32(type).i64(offset);
    }

    /// Fills up to the data section.
    GgufBytes pad(int alignment) {
        while (bytes.size() % alignment != 0) {
            bytes.write(0);
        }
        return this;
    }

    GgufBytes data(int length) {
        bytes.writeBytes(new byte[length]);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private GgufBytes bits(long value, int length) {
        for (int i = 0; i < length; i++) {
            bytes.write((byte) (value >> 8 * i));
        }
        return this;
    }
}
