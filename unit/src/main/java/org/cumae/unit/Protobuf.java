package org.cumae.unit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// As much of the protocol-buffer format as a SentencePiece file has: fields with a number and a
/// value, read in order. Every length is checked against what is there.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
final class Protobuf {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteBuffer bytes;
    private int number;
    private int wire;
    private long value;
    private ByteBuffer content = ByteBuffer.allocate(0);

    Protobuf(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Goes to the next field.
    ///
    /// @return whether there is one
    boolean next() {
        if (!bytes.hasRemaining()) {
            return false;
        }
        int at = bytes.position();
        long tag = varint();
        number = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (tag >>> 32 != 0 || number == 0) {
            throw new TokenizerException("byte %d is no field of a protocol buffer", at);
        }
        switch (wire) {
            case VARINT -> value = varint();
            case FOUR_BYTES -> content = take(4);
            case EIGHT_BYTES -> content = take(8);
            case LENGTH -> content = take(varint());
            default ->
                    throw new TokenizerException("byte %d has the unknown wire type %d", at, wire);
        }
        return true;
    }

    int number() {
        return number;
    }

    int whole() {
        require(VARINT);
        return (int) value;
    }

    boolean flag() {
        require(VARINT);
        return value != 0;
    }

    float real() {
        require(FOUR_BYTES);
        return content.getFloat(0);
    }

    String text() {
        return new String(raw(), StandardCharsets.UTF_8);
    }

    byte[] raw() {
        require(LENGTH);
        byte[] raw = new byte[content.remaining()];
        content.get(content.position(), raw);
        return raw;
    }

    Protobuf message() {
        require(LENGTH);
        return new Protobuf(content);
    }

    private void require(int kind) {
        if (wire != kind) {
            throw new TokenizerException(
                    "field %d has wire type %d; it should have %d", number, wire, kind);
        }
    }

    private ByteBuffer take(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new TokenizerException(
                    "field %d says that it has %d bytes, but only %d are left",
                    number, length, bytes.remaining());
        }
        ByteBuffer part =
                bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < 64 && bytes.hasRemaining(); shift += 7) {
            byte next = bytes.get();
            result |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new TokenizerException("the file ends inside a number, at byte %d", bytes.position());
    }

    /// Writes what the reader above reads.
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer whole(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Writer flag(int field, boolean value) {
            return whole(field, value ? 1 : 0);
        }

        Writer real(int field, float value) {
            varint((long) field << 3 | FOUR_BYTES);
            out.writeBytes(
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
            return this;
        }

        Writer raw(int field, byte[] value) {
            varint((long) field << 3 | LENGTH);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Writer text(int field, String value) {
            return raw(field, value.getBytes(StandardCharsets.UTF_8));
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
