package org.cumae.weights;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads a GGUF header front to back, little-endian. A length is compared with what is left of the
/// file before anything is allocated for it.
final class HeaderCursor {
    private static final int BUFFER = 1 << 16;

    private final FileBytes file;
    private final byte[] buffer = new byte[BUFFER];
    private long bufferFrom;
    private int bufferLength;
    private long position;
    private String part = "the header";

    HeaderCursor(FileBytes file, long position) {
        this.file = file;
        this.position = position;
    }

    /// Names what comes next, for messages.
    void enter(String name) {
        this.part = name;
    }

    long position() {
        return position;
    }

    int u8() {
        return buffer[take(1)] & 0xFF;
    }

    int i32() {
        return PlainValues.int32(buffer, take(Integer.BYTES));
    }

    long i64() {
        return PlainValues.int64(buffer, take(Long.BYTES));
    }

    /// A count of things that take at least `bytesEach` each; refused where the file could not hold
    /// them.
    int count(long bytesEach, String things) {
        long at = position;
        long count = i64();
        long left = file.size() - position;
        if (count < 0 || count > left / bytesEach) {
            throw new WeightFileException(
                    file.path(),
                    "%s claims %s %s at byte %d, but the %d bytes that follow hold at most %d; the"
                            + " file is damaged, so fetch it again",
                    part,
                    Long.toUnsignedString(count),
                    things,
                    at,
                    left,
                    left / bytesEach);
        }
        HeaderBudget.check(file.path(), Math.addExact(position, count * bytesEach));
        return Math.toIntExact(count);
    }

    /// The next `length` bytes; `length` has been held against the file by [#count].
    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        file.read(position, MemorySegment.ofArray(bytes), part);
        position += length;
        return bytes;
    }

    /// A string: its length in bytes as 64 bits, then UTF-8.
    String text() {
        long at = position;
        int length = count(1, "bytes of text");
        byte[] bytes = buffer;
        int from = 0;
        if (length <= BUFFER) {
            from = take(length);
        } else {
            bytes = bytes(length);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WeightFileException(
                    e,
                    file.path(),
                    "%s holds text at byte %d that is not UTF-8; convert the model again",
                    part,
                    at);
        }
    }

    WeightFileException refuse(String problem, @Nullable Object... values) {
        return new WeightFileException(
                file.path(), "%s: %s", part, String.format(Locale.ROOT, problem, values));
    }

    /// Makes sure that `length` bytes from the position on stand in the buffer, moves past them,
    /// and gives their index there.
    private int take(int length) {
        HeaderBudget.check(file.path(), position + length);
        if (position < bufferFrom || position + length > bufferFrom + bufferLength) {
            int wanted = (int) Math.min(BUFFER, Math.max(length, file.size() - position));
            file.read(position, MemorySegment.ofArray(buffer).asSlice(0, wanted), part);
            bufferFrom = position;
            bufferLength = wanted;
        }
        int index = (int) (position - bufferFrom);
        position += length;
        return index;
    }
}
