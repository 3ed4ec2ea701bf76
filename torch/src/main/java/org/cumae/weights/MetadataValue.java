package org.cumae.weights;

import java.util.Arrays;
import java.util.List;

/// One value of a file's metadata, with its exact type, so that writing gives back what was read.
public sealed interface MetadataValue {
    /// A string.
    record Text(String value) implements MetadataValue {}

    /// A truth value.
    record Flag(boolean value) implements MetadataValue {}

    /// A whole number.
    ///
    /// @param type its width in the file
    /// @param value the number; a `U64` above 2^63 - 1 appears negative
    record Whole(MetadataType type, long value) implements MetadataValue {
        /// Checks the type.
        public Whole {
            if (!type.isWhole()) {
                throw new IllegalArgumentException("a whole number cannot have type " + type);
            }
        }
    }

    /// A floating point number.
    ///
    /// @param type its width in the file
    /// @param value the number
    record Real(MetadataType type, double value) implements MetadataValue {
        /// Checks the type.
        public Real {
            if (!type.isReal()) {
                throw new IllegalArgumentException("a real number cannot have type " + type);
            }
        }
    }

    /// A run of strings.
    record Texts(List<String> values) implements MetadataValue {
        /// Copies the list.
        public Texts {
            values = List.copyOf(values);
        }
    }

    /// A run of numbers or truth values, kept as compactly as in the file.
    final class Numbers implements MetadataValue {
        private final MetadataType type;
        private final byte[] bytes;

        /// Takes over `bytes`: the caller lets go of them.
        Numbers(MetadataType type, byte[] bytes) {
            if (type.bytes() == 0 || bytes.length % type.bytes() != 0) {
                throw new IllegalArgumentException(bytes.length + " bytes of " + type);
            }
            this.type = type;
            this.bytes = bytes;
        }

        /// Numbers of type `F32`.
        public static Numbers of(float... values) {
            byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
            for (int i = 0; i < values.length; i++) {
                PlainValues.putInt32(bytes, i * Float.BYTES, Float.floatToRawIntBits(values[i]));
            }
            return new Numbers(MetadataType.F32, bytes);
        }

        /// Numbers of type `I32`.
        public static Numbers of(int... values) {
            byte[] bytes = new byte[Math.multiplyExact(values.length, Integer.BYTES)];
            for (int i = 0; i < values.length; i++) {
                PlainValues.putInt32(bytes, i * Integer.BYTES, values[i]);
            }
            return new Numbers(MetadataType.I32, bytes);
        }

        /// The type of each number.
        public MetadataType type() {
            return type;
        }

        /// How many there are.
        public int size() {
            return bytes.length / type.bytes();
        }

        /// Number `index` as a whole number; truth values are 0 and 1, reals are cut toward zero.
        public long whole(int index) {
            int at = index * type.bytes();
            return switch (type) {
                case U8, BOOL -> bytes[at] & 0xFF;
                case I8 -> bytes[at];
                case U16 -> PlainValues.int16(bytes, at) & 0xFFFF;
                case I16 -> PlainValues.int16(bytes, at);
                case U32 -> PlainValues.int32(bytes, at) & 0xFFFF_FFFFL;
                case I32 -> PlainValues.int32(bytes, at);
                case U64, I64 -> PlainValues.int64(bytes, at);
                case F32, F64 -> (long) real(index);
                case TEXT, ARRAY -> throw new AssertionError(type);
            };
        }

        /// Number `index` as a floating point number.
        public double real(int index) {
            int at = index * type.bytes();
            return switch (type) {
                case F32 -> Float.intBitsToFloat(PlainValues.int32(bytes, at));
                case F64 -> Double.longBitsToDouble(PlainValues.int64(bytes, at));
                case U8, I8, U16, I16, U32, I32, BOOL, U64, I64 -> whole(index);
                case TEXT, ARRAY -> throw new AssertionError(type);
            };
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Numbers numbers
                    && type == numbers.type
                    && Arrays.equals(bytes, numbers.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * type.hashCode() + Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return size() + " " + type;
        }
    }
}
