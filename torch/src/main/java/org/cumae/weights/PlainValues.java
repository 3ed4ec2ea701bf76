package org.cumae.weights;

import static java.lang.invoke.MethodHandles.byteArrayViewVarHandle;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.VarHandle;

/// Types that store each value by itself, little-endian.
final class PlainValues {
    private static final VarHandle DOUBLE = byteArrayViewVarHandle(double[].class, LITTLE_ENDIAN);
    private static final VarHandle FLOAT = byteArrayViewVarHandle(float[].class, LITTLE_ENDIAN);
    private static final VarHandle LONG = byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);
    private static final VarHandle INT = byteArrayViewVarHandle(int[].class, LITTLE_ENDIAN);
    private static final VarHandle SHORT = byteArrayViewVarHandle(short[].class, LITTLE_ENDIAN);

    private PlainValues() {}

    static void f64(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = (float) (double) DOUBLE.get(in, i * Double.BYTES);
        }
    }

    static void f32(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = (float) FLOAT.get(in, i * Float.BYTES);
        }
    }

    static void f16(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = half(in, i * Short.BYTES);
        }
    }

    static void bf16(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = Float.intBitsToFloat((short) SHORT.get(in, i * Short.BYTES) << 16);
        }
    }

    static void i64(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = int64(in, i * Long.BYTES);
        }
    }

    static void i32(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = int32(in, i * Integer.BYTES);
        }
    }

    static void i16(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = (short) SHORT.get(in, i * Short.BYTES);
        }
    }

    static void i8(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = in[i];
        }
    }

    static void u8(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = in[i] & 0xFF;
        }
    }

    static void toF32(float[] in, byte[] out) {
        for (int i = 0; i < in.length; i++) {
            putInt32(out, i * Float.BYTES, Float.floatToRawIntBits(in[i]));
        }
    }

    static void toF16(float[] in, byte[] out) {
        for (int i = 0; i < in.length; i++) {
            putHalf(out, i * Short.BYTES, in[i]);
        }
    }

    /// The half-precision number at `in[at]`.
    static float half(byte[] in, int at) {
        return Float.float16ToFloat((short) SHORT.get(in, at));
    }

    /// The 32-bit whole number at `in[at]`.
    static int int32(byte[] in, int at) {
        return (int) INT.get(in, at);
    }

    /// The 64-bit whole number at `in[at]`.
    static long int64(byte[] in, int at) {
        return (long) LONG.get(in, at);
    }

    /// The 16-bit whole number at `in[at]`.
    static short int16(byte[] in, int at) {
        return (short) SHORT.get(in, at);
    }

    /// Stores a 32-bit whole number at `out[at]`.
    static void putInt32(byte[] out, int at, int value) {
        INT.set(out, at, value);
    }

    /// Stores a half-precision number at `out[at]`, rounded to nearest.
    static void putHalf(byte[] out, int at, float value) {
        SHORT.set(out, at, Float.floatToFloat16(value));
    }
}
