package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Blocks of every quantised type mean what the format's reference says.
class DequantisationTest {
    private static final int BLOCKS = 200;

    /// The hashes are those of the NumPy dequantisers in the package `gguf` 0.19.0 over the same
    /// bytes. `halves` are the places of the half-precision fields, which must be finite for a
    /// comparison.
    @ParameterizedTest
    @CsvSource({
        "Q4_0, '0',     d5a28f9d4fed3ffb56aafbdb05b65171b1820db2a4a23dd4525be276206ee772",
        "Q4_1, '0 2',   dbd384e71eb727b35c3000a566db407fac0a7c01c6b7153751320f292c00ba44",
        "Q5_0, '0',     e0cd58decf2f1e6c0aaf8f2c9c2c98516c299c79eb76b7b59e3f66d71fde9aa1",
        "Q5_1, '0 2',   c3a8f3a38043b04f0359a76f51063b2b0eb720951f9173998ed29278144db3aa",
        "Q8_0, '0',     e77b0a473fe220277092a7068792916fa3eafcabcbb11358653daf90ad1975b9",
        "Q2_K, '80 82', a0fd99d85f0eec86470a2b813561775a699226eeb61f94bcb456a66375a0aed4",
        "Q3_K, '108',   f1e60eb7ba991960b53b57ebed9689c86f7ac7c187a211364341718e971f2723",
        "Q4_K, '0 2',   ef28c937f192b0bb5b2519d361c853c556db540b9382beb90b19ab323fa098f0",
        "Q5_K, '0 2',   b12bf9e386112e379bce6d611394d1c4008c477c05d1ba4e048e83e81965a1a0",
        "Q6_K, '208',   f6b20208c8c48090457bd09c04e28009dd4f4e2594cf087358ae0edac42a73d8",
    })
    void arbitraryBlocksEqualTheReferenceBits(TensorType type, String halves, String sha256)
            throws Exception {
        byte[] blocks = noise(type.blockBytes() * BLOCKS);
        for (String half : halves.split(" ")) {
            for (int block = 0; block < BLOCKS; block++) {
                blocks[block * type.blockBytes() + Integer.parseInt(half) + 1] &= (byte) 0xBF;
            }
        }
        float[] values = new float[BLOCKS * type.blockValues()];
        type.decode(blocks, BLOCKS, values);
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
        assertThat(HexFormat.of().formatHex(hash)).isEqualTo(sha256);
    }

    @Test
    void plainTypesKeepTheirValues() {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putDouble(0, -2.5).putLong(8, -7).putInt(16, 70_000).putShort(20, (short) -300);
        bytes.putShort(22, (short) 0x3FC0).putShort(24, Float.floatToFloat16(0.1f));
        bytes.put(26, (byte) -1);
        assertThat(decode(TensorType.F64, bytes, 0)).isEqualTo(-2.5f);
        assertThat(decode(TensorType.I64, bytes, 8)).isEqualTo(-7);
        assertThat(decode(TensorType.I32, bytes, 16)).isEqualTo(70_000);
        assertThat(decode(TensorType.I16, bytes, 20)).isEqualTo(-300);
        assertThat(decode(TensorType.BF16, bytes, 22)).isEqualTo(1.5f);
        assertThat(decode(TensorType.F16, bytes, 24)).isEqualTo(0.099975586f);
        assertThat(decode(TensorType.I8, bytes, 26)).isEqualTo(-1);
        assertThat(decode(TensorType.U8, bytes, 26)).isEqualTo(255);
    }

    @Test
    void eightBitValuesAreWithinHalfAStepOfTheWeights() {
        float[] weights = new float[32 * 5];
        Random random = new Random(11);
        for (int i = 32; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        byte[] packed = new byte[34 * 5];
        TensorType.Q8_0.encode(weights, packed);
        float[] again = new float[weights.length];
        TensorType.Q8_0.decode(packed, 5, again);
        for (int i = 0; i < weights.length; i++) {
            float largest = 0;
            for (int j = i / 32 * 32; j < i / 32 * 32 + 32; j++) {
                largest = Math.max(largest, Math.abs(weights[j]));
            }
            // half a step, and the rounding of the scale to half precision over 127 steps
            assertThat(again[i]).isCloseTo(weights[i], within(largest * (0.5f / 127 + 1f / 2048)));
        }
    }

    @Test
    void anEmptyAxisMakesAnEmptyTensorHoweverLongTheOthers() {
        List<Long> shape = List.of(1L << 40, 1L << 40, 0L);
        TensorInfo info = TensorInfo.of("empty", TensorType.F32, shape);
        assertThat(info.bytes()).isZero();
        assertThat(info.rows()).isZero();
    }

    @Test
    void anUnknownTypeIsRefusedWithTheKnownOnes() {
        assertThat(TensorType.parse("q4_k")).isEqualTo(TensorType.Q4_K);
        assertThatThrownBy(() -> TensorType.parse("q9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'q9'", "F32", "Q8_0");
    }

    private static float decode(TensorType type, ByteBuffer bytes, int at) {
        byte[] value = new byte[type.blockBytes()];
        bytes.get(at, value);
        float[] out = new float[1];
        type.decode(value, 1, out);
        return out[0];
    }

    /// Bytes of a linear congruential generator, easy to repeat in another language.
    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        long state = 7;
        for (int i = 0; i < length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            bytes[i] = (byte) (state >>> 56);
        }
        return bytes;
    }
}
