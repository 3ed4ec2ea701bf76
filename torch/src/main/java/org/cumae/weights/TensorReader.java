package org.cumae.weights;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Brings the values of one tensor into memory of the caller: as they are, as floats, or as 8-bit
/// values with their scales. Works through small chunks that stay in cache, so nothing is held
/// twice.
final class TensorReader {
    /// Values unpacked at a time: 256 KiB of floats.
    private static final int CHUNK = 1 << 16;

    private final StoredTensor tensor;
    private final TensorInfo info;
    private final String name;

    TensorReader(StoredTensor tensor) {
        this.tensor = tensor;
        this.info = tensor.info();
        this.name = "tensor " + Quoted.of(info.name());
    }

    /// The bytes as they stand in the file.
    void raw(MemorySegment target) {
        checkTarget("target", info.bytes(), target);
        Slabs.run(
                info.bytes(),
                info.bytes(),
                target,
                (from, to) -> rawRange(tensor.offset() + from, target.asSlice(from, to - from)));
        tensor.file().checkUnchanged(name);
    }

    /// Rows `[fromRow, toRow)` as floats.
    void floats(long fromRow, long toRow, MemorySegment target) {
        if (fromRow < 0 || toRow < fromRow || toRow > info.rows()) {
            throw new IllegalArgumentException(
                    "rows ["
                            + fromRow
                            + ", "
                            + toRow
                            + ") of "
                            + name
                            + ", which has "
                            + info.rows());
        }
        long values = (toRow - fromRow) * info.width();
        checkTarget("target", Math.multiplyExact(values, Float.BYTES), target);
        TensorType type = info.type();
        long first = fromRow * info.width() / type.blockValues();
        if (type == TensorType.F32) {
            rawRows(first, values, target);
        } else {
            Slabs.run(
                    values / type.blockValues(),
                    target.byteSize(),
                    target,
                    (from, to) -> floatBlocks(first + from, first + to, from, target));
        }
        tensor.file().checkUnchanged(name);
    }

    /// A `Q8_0` tensor taken apart: the 8-bit values, and one float scale for each 32 of them.
    void bytesAndScales(MemorySegment values, MemorySegment scales) {
        if (info.type() != TensorType.Q8_0) {
            throw new IllegalArgumentException(
                    name
                            + " is stored as "
                            + info.type()
                            + "; only Q8_0 has 8-bit values and scales");
        }
        long blocks = info.elements() / SmallBlocks.VALUES;
        checkTarget("values", info.elements(), values);
        checkTarget("scales", blocks * Float.BYTES, scales);
        MemorySegment confined = scales.isAccessibleBy(new Thread()) ? values : scales;
        Slabs.run(
                blocks,
                info.bytes(),
                confined,
                (from, to) -> splitBlocks(from, to, values, scales));
        tensor.file().checkUnchanged(name);
    }

    /// Memory of floats on a little-endian machine is the file's own layout.
    private void rawRows(long first, long values, MemorySegment target) {
        long begin = tensor.offset() + first * Float.BYTES;
        Slabs.run(
                values,
                target.byteSize(),
                target,
                (from, to) ->
                        rawRange(
                                begin + from * Float.BYTES,
                                target.asSlice(from * Float.BYTES, (to - from) * Float.BYTES)));
    }

    private void rawRange(long offset, MemorySegment target) {
        boolean direct = target.heapBase().map(base -> base instanceof byte[]).orElse(true);
        if (direct) {
            tensor.file().read(offset, target, name);
            return;
        }
        // A channel cannot fill, say, a float[]: go through bytes.
        MemorySegment chunk =
                MemorySegment.ofArray(new byte[(int) Math.min(CHUNK, target.byteSize())]);
        for (long done = 0; done < target.byteSize(); done += chunk.byteSize()) {
            MemorySegment part = target.asSlice(done, Math.min(CHUNK, target.byteSize() - done));
            MemorySegment bytes = chunk.asSlice(0, part.byteSize());
            tensor.file().read(offset + done, bytes, name);
            part.copyFrom(bytes);
        }
    }

    private void floatBlocks(long from, long to, long targetBlock, MemorySegment target) {
        TensorType type = info.type();
        int most = (int) Math.min(CHUNK / type.blockValues(), to - from);
        byte[] packed = new byte[most * type.blockBytes()];
        float[] unpacked = new float[most * type.blockValues()];
        for (long block = from; block < to; block += most) {
            int count = (int) Math.min(most, to - block);
            readBlocks(block, count, packed);
            type.decode(packed, count, unpacked);
            MemorySegment.copy(
                    unpacked,
                    0,
                    target,
                    JAVA_FLOAT_UNALIGNED,
                    (targetBlock + block - from) * type.blockValues() * Float.BYTES,
                    count * type.blockValues());
        }
    }

    private void splitBlocks(long from, long to, MemorySegment values, MemorySegment scales) {
        int most = (int) Math.min(CHUNK / SmallBlocks.VALUES, to - from);
        byte[] packed = new byte[most * info.type().blockBytes()];
        byte[] bytes = new byte[most * SmallBlocks.VALUES];
        float[] factors = new float[most];
        for (long block = from; block < to; block += most) {
            int count = (int) Math.min(most, to - block);
            readBlocks(block, count, packed);
            for (int i = 0; i < count; i++) {
                int at = i * info.type().blockBytes();
                factors[i] = PlainValues.half(packed, at);
                System.arraycopy(
                        packed,
                        at + Short.BYTES,
                        bytes,
                        i * SmallBlocks.VALUES,
                        SmallBlocks.VALUES);
            }
            MemorySegment.copy(
                    bytes,
                    0,
                    values,
                    JAVA_BYTE,
                    block * SmallBlocks.VALUES,
                    count * SmallBlocks.VALUES);
            MemorySegment.copy(
                    factors, 0, scales, JAVA_FLOAT_UNALIGNED, block * Float.BYTES, count);
        }
    }

    private void readBlocks(long block, int count, byte[] packed) {
        int bytes = count * info.type().blockBytes();
        tensor.file()
                .read(
                        tensor.offset() + block * info.type().blockBytes(),
                        MemorySegment.ofArray(packed).asSlice(0, bytes),
                        name);
    }

    private void checkTarget(String what, long needed, MemorySegment target) {
        if (target.byteSize() != needed) {
            throw new IllegalArgumentException(
                    what
                            + " has "
                            + target.byteSize()
                            + " bytes, but "
                            + name
                            + " needs "
                            + needed);
        }
        if (target.isReadOnly()) {
            throw new IllegalArgumentException(what + " for " + name + " is read-only");
        }
    }
}
