package org.cumae.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How values are stored. Plain types hold one value in a block of its own; quantised types hold 32
/// or 256 values of one row in a block with its scales.
///
/// Every type can be turned into float32 values; this is exact except for `F64`, `I64` and `I32`,
/// whose values are rounded to the nearest float.
public enum TensorType {
    /// 64-bit floating point.
    F64(8, 28, PlainValues::f64),
    /// 32-bit floating point.
    F32(4, 0, PlainValues::f32),
    /// IEEE half precision.
    F16(2, 1, PlainValues::f16),
    /// The upper half of a 32-bit floating point number.
    BF16(2, 30, PlainValues::bf16),
    /// 64-bit signed whole numbers.
    I64(8, 27, PlainValues::i64),
    /// 32-bit signed whole numbers.
    I32(4, 26, PlainValues::i32),
    /// 16-bit signed whole numbers.
    I16(2, 25, PlainValues::i16),
    /// 8-bit signed whole numbers.
    I8(1, 24, PlainValues::i8),
    /// 8-bit unsigned whole numbers.
    U8(1, TensorType.NOT_IN_GGUF, PlainValues::u8),
    /// One byte a truth value, 0 or 1.
    BOOL(1, TensorType.NOT_IN_GGUF, PlainValues::u8),
    /// 32 values of 4 bits and a half-precision scale.
    Q4_0(32, 18, 2, SmallBlocks::q4),
    /// 32 values of 4 bits, scale and minimum.
    Q4_1(32, 20, 3, SmallBlocks::q4WithMinimum),
    /// 32 values of 5 bits and a scale.
    Q5_0(32, 22, 6, SmallBlocks::q5),
    /// 32 values of 5 bits, scale and minimum.
    Q5_1(32, 24, 7, SmallBlocks::q5WithMinimum),
    /// 32 values of 8 bits and a scale.
    Q8_0(32, 34, 8, SmallBlocks::q8),
    /// 256 values of 2 bits in 16 groups, each with a 4-bit scale and minimum.
    Q2_K(256, 84, 10, SuperBlocks::q2),
    /// 256 values of 3 bits in 16 groups, each with a 6-bit scale.
    Q3_K(256, 110, 11, SuperBlocks::q3),
    /// 256 values of 4 bits in 8 groups, each with a 6-bit scale and minimum.
    Q4_K(256, 144, 12, SuperBlocks::q4),
    /// 256 values of 5 bits in 8 groups, each with a 6-bit scale and minimum.
    Q5_K(256, 176, 13, SuperBlocks::q5),
    /// 256 values of 6 bits in 16 groups, each with an 8-bit scale.
    Q6_K(256, 210, 14, SuperBlocks::q6);

    /// Turns stored values into floats.
    @FunctionalInterface
    private interface Decoder {
        /// Decodes the first `blocks` blocks of `in`.
        void decode(byte[] in, int blocks, float[] out);
    }

    /// Turns one block into floats.
    @FunctionalInterface
    private interface BlockDecoder {
        /// Decodes the block that begins at `in[at]` into `out`, from index `to` on.
        void decode(byte[] in, int at, float[] out, int to);
    }

    private static final int NOT_IN_GGUF = -1;

    private final int blockValues;
    private final int blockBytes;
    private final int ggufId;
    private final Decoder decoder;

    TensorType(int bytes, int ggufId, Decoder decoder) {
        this.blockValues = 1;
        this.blockBytes = bytes;
        this.ggufId = ggufId;
        this.decoder = decoder;
    }

    TensorType(int blockValues, int blockBytes, int ggufId, BlockDecoder one) {
        this.blockValues = blockValues;
        this.blockBytes = blockBytes;
        this.ggufId = ggufId;
        this.decoder =
                (in, blocks, out) -> {
                    for (int block = 0; block < blocks; block++) {
                        one.decode(in, block * blockBytes, out, block * blockValues);
                    }
                };
    }

    /// The type of that name, in capitals or not.
    ///
    /// @throws IllegalArgumentException if there is none, listing all
    public static TensorType parse(String name) {
        return Arrays.stream(values())
                .filter(type -> type.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no type is called "
                                                + Quoted.of(name)
                                                + "; known are "
                                                + Arrays.toString(values())));
    }

    /// Values in one block; 1 for plain types.
    public int blockValues() {
        return blockValues;
    }

    /// Bytes of one block.
    public int blockBytes() {
        return blockBytes;
    }

    /// Whether values are packed in blocks with scales.
    public boolean isQuantised() {
        return blockValues > 1;
    }

    /// The bytes that a tensor of this type takes.
    ///
    /// @param shape its axes
    /// @throws ArithmeticException if the number does not fit 63 bits
    /// @throws IllegalArgumentException if an axis is negative, or rows do not divide into whole
    ///   blocks
    public long bytes(List<Long> shape) {
        long elements = elements(shape);
        long width = shape.isEmpty() ? 1 : shape.getLast();
        if (width % blockValues != 0) {
            throw new IllegalArgumentException(
                    "rows of "
                            + width
                            + " values do not divide into "
                            + this
                            + " blocks of "
                            + blockValues);
        }
        return Math.multiplyExact(elements / blockValues, (long) blockBytes);
    }

    /// Decodes whole blocks.
    ///
    /// @param in the blocks, from index 0 on
    /// @param blocks how many
    /// @param out where their values go, from index 0 on
    void decode(byte[] in, int blocks, float[] out) {
        decoder.decode(in, blocks, out);
    }

    /// Encodes values; only for the types that Cumae writes itself.
    ///
    /// @param in the values, whole blocks of them
    /// @param out as long as those blocks
    void encode(float[] in, byte[] out) {
        switch (this) {
            case F32 -> PlainValues.toF32(in, out);
            case F16 -> PlainValues.toF16(in, out);
            case Q8_0 -> SmallBlocks.toQ8(in, out);
            default ->
                    throw new UnsupportedOperationException(
                            this + " is not written; use F32, F16 or Q8_0");
        }
    }

    /// The number that stands for this type in a GGUF file.
    ///
    /// @throws IllegalArgumentException if GGUF cannot hold the type
    int ggufId() {
        if (ggufId == NOT_IN_GGUF) {
            throw new IllegalArgumentException("GGUF has no type for " + this + "; use F32 or I8");
        }
        return ggufId;
    }

    static Optional<TensorType> ofGgufId(int id) {
        return Arrays.stream(values()).filter(type -> type.ggufId == id && id >= 0).findFirst();
    }

    /// The product of the axes; 0 as soon as one axis is 0, however long the others are.
    static long elements(List<Long> shape) {
        long elements = 1;
        boolean empty = false;
        for (long axis : shape) {
            if (axis < 0) {
                throw new IllegalArgumentException("axis " + axis + " in shape " + shape);
            }
            empty |= axis == 0;
        }
        if (empty) {
            return 0;
        }
        for (long axis : shape) {
            elements = Math.multiplyExact(elements, axis);
        }
        return elements;
    }
}
