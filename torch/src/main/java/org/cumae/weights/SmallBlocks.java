package org.cumae.weights;

/// Blocks of 32 values of one row that share one half-precision scale, and in some types a minimum.
///
/// In the 4-bit and 5-bit types byte `j` holds value `j` in its low half and value `j + 16` in its
/// high half; the fifth bits stand together in one 32-bit word, bit `j` for value `j`. Types
/// without a minimum store values shifted up by half their range. Each product is rounded by
/// itself, as the format's own reference does, so that results are equal to the bit.
final class SmallBlocks {
    /// Values in a block.
    static final int VALUES = 32;

    private static final int HALF = VALUES / 2;

    private SmallBlocks() {}

    /// Scale, then 16 bytes.
    static void q4(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        for (int j = 0; j < HALF; j++) {
            int pair = in[at + 2 + j];
            out[to + j] = ((pair & 0xF) - 8) * scale;
            out[to + j + HALF] = ((pair >> 4 & 0xF) - 8) * scale;
        }
    }

    /// Scale, minimum, then 16 bytes.
    static void q4WithMinimum(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        float minimum = PlainValues.half(in, at + 2);
        for (int j = 0; j < HALF; j++) {
            int pair = in[at + 4 + j];
            out[to + j] = (pair & 0xF) * scale + minimum;
            out[to + j + HALF] = (pair >> 4 & 0xF) * scale + minimum;
        }
    }

    /// Scale, fifth bits, then 16 bytes.
    static void q5(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        int fifths = PlainValues.int32(in, at + 2);
        for (int j = 0; j < HALF; j++) {
            int pair = in[at + 6 + j];
            out[to + j] = ((pair & 0xF | (fifths >> j & 1) << 4) - 16) * scale;
            out[to + j + HALF] = ((pair >> 4 & 0xF | (fifths >> j + HALF & 1) << 4) - 16) * scale;
        }
    }

    /// Scale, minimum, fifth bits, then 16 bytes.
    static void q5WithMinimum(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        float minimum = PlainValues.half(in, at + 2);
        int fifths = PlainValues.int32(in, at + 4);
        for (int j = 0; j < HALF; j++) {
            int pair = in[at + 8 + j];
            out[to + j] = (pair & 0xF | (fifths >> j & 1) << 4) * scale + minimum;
            out[to + j + HALF] =
                    (pair >> 4 & 0xF | (fifths >> j + HALF & 1) << 4) * scale + minimum;
        }
    }

    /// Scale, then 32 signed bytes.
    static void q8(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        for (int j = 0; j < VALUES; j++) {
            out[to + j] = in[at + 2 + j] * scale;
        }
    }

    /// Encodes whole blocks as [#q8] reads them: the largest value becomes 127, others are rounded.
    static void toQ8(float[] in, byte[] out) {
        for (int from = 0, at = 0;
                from < in.length;
                from += VALUES, at += TensorType.Q8_0.blockBytes()) {
            float largest = 0;
            for (int j = 0; j < VALUES; j++) {
                largest = Math.max(largest, Math.abs(in[from + j]));
            }
            float scale = largest / Byte.MAX_VALUE;
            PlainValues.putHalf(out, at, scale);
            float divisor = scale == 0 ? 1 : scale;
            for (int j = 0; j < VALUES; j++) {
                out[at + Short.BYTES + j] = (byte) Math.rint(in[from + j] / divisor);
            }
        }
    }
}
