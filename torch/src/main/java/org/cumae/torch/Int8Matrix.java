package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// A matrix in int8 with one scale for each of its rows, multiplied in integer arithmetic.
///
/// A row of input is fed as two digits, `x = s (high + low / (2 levels))`, which keeps 15 bits of
/// it instead of the usual 8. That costs little: a product of few rows waits for the matrix and not
/// for arithmetic. So what is lost is lost by the weights. The scale `s` is the row's own; hence a
/// row's product is the same, to the last bit, whatever stands beside it.
public final class Int8Matrix implements PackedMatrix {
    private static final double WEIGHT_LEVELS = 127;
    private static final long WIDEST = Integer.MAX_VALUE / (255 * 127); // sums are int32
    private static final int MANY =
            4; // from so many rows on libtorch's loops are faster than Java's
    private static final float LEAST = 1e-30f; // a row below this counts as zero
    private static final float ROUNDING = 0x1.8p23f; // added and taken away, it rounds a float

    private final long[] shape;
    private final Optional<float[]> bias;
    private final Digits digits;
    private final Tensor single; // what one row is fed as, [2, in]
    private final IValue pack;
    private final IValue step;
    private final IValue zero;
    private final Operator product =
            Operator.named("quantized::linear_with_input_q_dq_qweight_dq_output_fp32");

    /// Digits of the input, unsigned and 8 bits wide in the kernel.
    ///
    /// @param levels how far they go to either side
    /// @param zero what stands for 0
    record Digits(int levels, int zero) {
        /// For processors that sum products of bytes in 32 bits.
        static final Digits WIDE = new Digits(127, 128);

        /// For processors that sum pairs of them in 16 bits, which 127 (127 + 127) just fits.
        static final Digits NARROW = new Digits(63, 64);

        private static final Digits FITTING = fitting();

        /// Finds out by a product that only 32 bits hold.
        private static Digits fitting() {
            try (var _ = new PointerScope()) {
                Tensor ones = torch.ones(1, 256); // in, of one weight row
                try (Int8Matrix trial = new Int8Matrix(ones, Optional.empty(), WIDE)) {
                    return Math.abs(trial.times(ones).item_float() - 256) < 1 ? WIDE : NARROW;
                }
            }
        }
    }

    Int8Matrix(Tensor weight, Optional<Tensor> bias, Digits digits) {
        shape = weight.shape();
        Check.argument(
                shape[1] <= WIDEST,
                "the matrix is %d wide and int8 sums hold %d at most; load the model in float16",
                shape[1],
                WIDEST);
        this.digits = digits;
        this.bias = bias.map(Ops::floats);
        try (var _ = new PointerScope();
                Operator packing = Operator.named("quantized::linear_prepack")) {
            Tensor largest = weight.abs().amax(new long[] {1}, false); // [out]
            Tensor scales = largest.clamp_min(Ops.scalar(LEAST)).div(Ops.scalar(WEIGHT_LEVELS));
            Tensor rounded =
                    torch.quantize_per_channel(
                            weight.contiguous(),
                            scales.to(ScalarType.Double),
                            torch.zeros(shape[0]).to(ScalarType.Long),
                            0,
                            ScalarType.QInt8);
            pack = packing.value(new IValue(rounded), new IValue()).retainReference();
            single = torch.empty(2, shape[1]).retainReference();
            step = new IValue(1.0).retainReference();
            zero = new IValue((long) digits.zero()).retainReference();
        }
    }

    /// Packs a matrix.
    ///
    /// @param weight `[out, in] float32`
    /// @param bias `[out] float32`
    /// @throws IllegalArgumentException if it is wider than sums in int32 allow
    public static Int8Matrix of(Tensor weight, Optional<Tensor> bias) {
        return new Int8Matrix(weight, bias, Digits.FITTING);
    }

    @Override
    public Tensor times(Tensor x) {
        Shapes.checkProduct(x, shape);
        int rows = Math.toIntExact(x.size(0));
        Tensor fed = rows == 1 ? single : torch.empty(2L * rows, shape[1]);
        float[] scales = feed(Ops.memory(Ops.contiguous(x)), Ops.memory(fed), rows);
        Tensor sums = product.tensor(new IValue(fed), step, zero, pack); // [2 rows, out]
        Tensor high = sums.narrow(0, 0, rows);
        if (rows < MANY) {
            join(Ops.memory(sums), scales);
        } else {
            // step by step as join does, so that every number of rows rounds alike
            Tensor lows =
                    sums.narrow(0, rows, rows).mul_(Tensor.create(lowScales(scales), rows, 1));
            high.mul_(Tensor.create(scales, rows, 1)).add_(lows);
            bias.ifPresent(added -> high.add_(Tensor.create(added)));
        }
        return high;
    }

    /// Writes the high digits of all rows, then the low ones.
    ///
    /// @return the value of a high digit's unit, `[rows]`
    private float[] feed(MemorySegment x, MemorySegment fed, int rows) {
        int in = Math.toIntExact(shape[1]);
        float[] scales = new float[rows];
        float[] row = new float[in];
        float[] low = new float[in];
        float levels = digits.levels();
        for (int i = 0; i < rows; i++) {
            MemorySegment.copy(x, ValueLayout.JAVA_FLOAT, (long) i * in * Float.BYTES, row, 0, in);
            float largest = LEAST;
            for (int j = 0; j < in; j++) {
                largest = Math.max(largest, Math.abs(row[j])); // NaN stays NaN
            }
            scales[i] = largest / levels;
            float inverse = levels / largest;
            for (int j = 0; j < in; j++) {
                float value = row[j] * inverse;
                float high = value + ROUNDING - ROUNDING;
                row[j] = high;
                low[j] = (value - high) * (2 * levels);
            }
            MemorySegment.copy(
                    row, 0, fed, ValueLayout.JAVA_FLOAT, (long) i * in * Float.BYTES, in);
            MemorySegment.copy(
                    low, 0, fed, ValueLayout.JAVA_FLOAT, (long) (rows + i) * in * Float.BYTES, in);
        }
        return scales;
    }

    /// The values of the low digits' units.
    private float[] lowScales(float... scales) {
        float[] low = new float[scales.length];
        for (int i = 0; i < low.length; i++) {
            low[i] = scales[i] / (2 * digits.levels());
        }
        return low;
    }

    /// Puts the sums of both digits of a row together, where those of the high ones stand.
    private void join(MemorySegment sums, float... scales) {
        int out = Math.toIntExact(shape[0]);
        int rows = scales.length;
        float[] high = new float[out];
        float[] low = new float[out];
        for (int i = 0; i < rows; i++) {
            long highAt = (long) i * out * Float.BYTES;
            long lowAt = (long) (rows + i) * out * Float.BYTES;
            MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, highAt, high, 0, out);
            MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, lowAt, low, 0, out);
            float scale = scales[i];
            float lowScale = lowScales(scale)[0];
            for (int j = 0; j < out; j++) {
                high[j] = high[j] * scale + low[j] * lowScale;
            }
            if (bias.isPresent()) {
                float[] added = bias.get();
                for (int j = 0; j < out; j++) {
                    high[j] += added[j];
                }
            }
            MemorySegment.copy(high, 0, sums, ValueLayout.JAVA_FLOAT, highAt, out);
        }
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public long weights() {
        return shape[0] * shape[1] + bias.map(values -> values.length).orElse(0);
    }

    @Override
    public long bytes() {
        long scalesAndBias = shape[0] * Float.BYTES * (bias.isPresent() ? 2 : 1);
        return shape[0] * shape[1] + scalesAndBias;
    }

    @Override
    public void close() {
        single.close();
        pack.close();
        step.close();
        zero.close();
        product.close();
    }
}
