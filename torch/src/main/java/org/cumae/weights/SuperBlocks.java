package org.cumae.weights;

/// Blocks of 256 values of one row, split into groups of 16 or 32, each with a small whole-number
/// scale (and in some types a minimum) of its own; one or two half-precision numbers scale those.
///
/// Values are packed so that one wide load serves several groups: the low bits of byte `l` belong
/// to one group, the next bits to another one 32 values further on. Each product is rounded by
/// itself, as the format's own reference does, so that results are equal to the bit.
final class SuperBlocks {
    private SuperBlocks() {}

    /// 16 bytes of scales (low half) and minima (high half), 64 bytes of values, scale, minimum.
    static void q2(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at + 80);
        float minimum = PlainValues.half(in, at + 82);
        for (int group = 0; group < 16; group++) { // 16 values each
            float d = scale * (in[at + group] & 0xF);
            float m = minimum * (in[at + group] >> 4 & 0xF);
            int from = at + 16 + group / 8 * 32 + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int l = 0; l < 16; l++) {
                out[to + group * 16 + l] = d * (in[from + l] >> shift & 3) - m;
            }
        }
    }

    /// 32 bytes of third bits, 64 bytes of low bits, 12 bytes of scales, scale.
    static void q3(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at + 108);
        for (int group = 0; group < 16; group++) { // 16 values each
            float d = scale * (groupScale6(in, at + 96, group) - 32);
            int from = at + 32 + group / 8 * 32 + group % 2 * 16;
            int thirds = at + group % 2 * 16;
            int shift = group % 8 / 2 * 2;
            for (int l = 0; l < 16; l++) {
                int third = in[thirds + l] >> group / 2 & 1;
                out[to + group * 16 + l] = d * ((in[from + l] >> shift & 3) - (4 - 4 * third));
            }
        }
    }

    /// Scale, minimum, 12 bytes of group scales and minima, 128 bytes of values.
    static void q4(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        float minimum = PlainValues.half(in, at + 2);
        for (int group = 0; group < 8; group++) { // 32 values each
            float d = scale * scaleOf(in, at + 4, group);
            float m = minimum * minimumOf(in, at + 4, group);
            int from = at + 16 + group / 2 * 32;
            int shift = group % 2 * 4;
            for (int l = 0; l < 32; l++) {
                out[to + group * 32 + l] = d * (in[from + l] >> shift & 0xF) - m;
            }
        }
    }

    /// Scale, minimum, 12 bytes of group scales and minima, 32 bytes of fifth bits, 128 bytes of
    /// values.
    static void q5(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at);
        float minimum = PlainValues.half(in, at + 2);
        for (int group = 0; group < 8; group++) { // 32 values each
            float d = scale * scaleOf(in, at + 4, group);
            float m = minimum * minimumOf(in, at + 4, group);
            int from = at + 48 + group / 2 * 32;
            int shift = group % 2 * 4;
            for (int l = 0; l < 32; l++) {
                int fifth = in[at + 16 + l] >> group & 1;
                out[to + group * 32 + l] = d * ((in[from + l] >> shift & 0xF) + 16 * fifth) - m;
            }
        }
    }

    /// 128 bytes of low halves, 64 bytes of upper bit pairs, 16 signed group scales, scale.
    static void q6(byte[] in, int at, float[] out, int to) {
        float scale = PlainValues.half(in, at + 208);
        for (int group = 0; group < 16; group++) { // 16 values each
            float d = scale * in[at + 192 + group];
            int half = group / 8; // 128 values each
            int quarter = group % 8 / 2; // 32 values each
            int low = at + half * 64 + quarter % 2 * 32 + group % 2 * 16;
            int high = at + 128 + half * 32 + group % 2 * 16;
            int lowShift = quarter / 2 * 4;
            int highShift = quarter * 2;
            for (int l = 0; l < 16; l++) {
                int q = in[low + l] >> lowShift & 0xF | (in[high + l] >> highShift & 3) << 4;
                out[to + group * 16 + l] = d * (q - 32);
            }
        }
    }

    /// Scale of one of 8 groups, 6 bits: the first four groups have bytes of their own, whose spare
    /// top bits hold the upper two bits of the last four.
    private static int scaleOf(byte[] in, int at, int group) {
        return group < 4
                ? in[at + group] & 0x3F
                : in[at + group + 4] & 0xF | (in[at + group - 4] >> 6 & 3) << 4;
    }

    /// Minimum of one of 8 groups, packed like the scales.
    private static int minimumOf(byte[] in, int at, int group) {
        return group < 4
                ? in[at + group + 4] & 0x3F
                : in[at + group + 4] >> 4 & 0xF | (in[at + group] >> 6 & 3) << 4;
    }

    /// Scale of one of 16 groups, 6 bits: low halves in 8 bytes, upper bit pairs in 4 bytes.
    private static int groupScale6(byte[] in, int at, int group) {
        int low = in[at + group % 8] >> group / 8 * 4 & 0xF;
        int high = in[at + 8 + group % 4] >> group / 4 * 2 & 3;
        return low | high << 4;
    }
}
