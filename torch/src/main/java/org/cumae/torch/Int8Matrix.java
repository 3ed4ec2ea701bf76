package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A matrix in int8 with one scale for each of its rows, multiplied in integer arithmetic by
/// oneDNN.
///
/// A row of input is fed as two digits, `x = s (high + low / (2 levels))`, which keeps 15 bits of
/// it instead of the usual 8. That costs little: a product of few rows waits for the matrix and not
/// for arithmetic. So what is lost is lost by the weights. The scale `s` is the row's own; hence a
/// row's product is the same, to the last bit, whatever stands beside it.
public final class Int8Matrix implements PackedMatrix {
    private static final String PRODUCT = "onednn::qlinear_pointwise";
    private static final double WEIGHT_LEVELS = 127;
    private static final long WIDEST = Integer.MAX_VALUE / (255 * 127); // sums are int32
    private static final int MANY =
            4; // from so many rows on libtorch's loops are faster than Java's
    private static final int MOST =
            128; // rows of one product: for more oneDNN turns to loops that fit the packing less
    private static final float LEAST = 1e-30f; // a row below this counts as zero
    private static final float ROUNDING = 0x1.8p23f; // added and taken away, it rounds a float

    private final long[] shape;
    private final Optional<float[]> bias;
    private final Digits digits;
    private final Tensor single; // what one row is fed as, [2, in]
    private final List<IValue> fixed; // all arguments but the rows
    private final Operator product = Operator.named(PRODUCT);

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

        /// What a low digit counts, of a high one.
        float lowUnit() {
            return 1f / (2 * levels);
        }

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
                Operator packing = Operator.named("onednn::qlinear_prepack")) {
            Tensor largest = weight.abs().amax(new long[] {1}, true); // [out, 1]
            Tensor scales = largest.clamp_min(Ops.scalar(LEAST)).div(Ops.scalar(WEIGHT_LEVELS));
            Tensor rounded = weight.div(scales).round().to(ScalarType.Char).contiguous();
            single = room(1).retainReference();
            fixed =
                    List.of(
                            new IValue(1.0), // of a digit
                            new IValue((long) digits.zero()),
                            packing.value(new IValue(rounded), new IValue()),
                            new IValue(scales.flatten().contiguous()),
                            new IValue(torch.zeros(shape[0]).to(ScalarType.Long)), // their zeros
                            new IValue(), // no bias: it is not to be scaled with a digit
                            new IValue(1.0), // of the result, and its zero
                            new IValue(0L),
                            new IValue((long) ScalarType.Float.value),
                            new IValue("none"), // nothing is done to the result
                            product.nothing(11),
                            new IValue("none"));
            fixed.forEach(IValue::retainReference);
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

    /// Whether this libtorch was built with oneDNN.
    static boolean isSupported() {
        return Operator.exists(PRODUCT);
    }

    @Override
    public Tensor times(Tensor x) {
        Shapes.checkProduct(x, shape);
        Tensor all = Ops.contiguous(x);
        int rows = Math.toIntExact(x.size(0));
        if (rows <= MOST) {
            return product(all, rows);
        }
        List<Tensor> parts = new ArrayList<>();
        for (int from = 0; from < rows; from += MOST) {
            int count = Math.min(MOST, rows - from);
            parts.add(product(all.narrow(0, from, count), count));
        }
        return Ops.cat(parts, 0);
    }

    private Tensor product(Tensor x, int rows) {
        Tensor fed = rows == 1 ? single : room(rows);
        float[] scales = feed(Ops.memory(x), Ops.memory(fed), rows);
        IValue[] arguments = new IValue[1 + fixed.size()];
        arguments[0] = new IValue(fed);
        for (int i = 0; i < fixed.size(); i++) {
            arguments[1 + i] = fixed.get(i);
        }
        Tensor sums = product.tensor(arguments); // [2 rows, out]
        Tensor high = sums.narrow(0, 0, rows);
        if (rows < MANY) {
            join(Ops.memory(sums), scales);
        } else {
            // step by step as join does, so that every number of rows rounds alike
            high.add_(sums.narrow(0, rows, rows), Ops.scalar(digits.lowUnit()))
                    .mul_(Tensor.create(scales, rows, 1));
            bias.ifPresent(added -> high.add_(Tensor.create(added)));
        }
        return high;
    }

    /// For the digits of so many rows.
    private Tensor room(int rows) {
        return torch.zeros(new long[] {2L * rows, shape[1]}, new TensorOptions(ScalarType.Byte));
    }

    /// Writes the high digits of all rows, then the low ones.
    ///
    /// @return the value of a high digit's unit, `[rows]`
    private float[] feed(MemorySegment x, MemorySegment fed, int rows) {
        int in = Math.toIntExact(shape[1]);
        float[] scales = new float[rows];
        float[] row = new float[in];
        byte[] high = new byte[in];
        byte[] low = new byte[in];
        float levels = digits.levels();
        float zero = digits.zero();
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
                float whole = value + ROUNDING - ROUNDING;
                float rest = (value - whole) * (2 * levels) + ROUNDING - ROUNDING;
                high[j] = (byte) (int) (whole + zero);
                low[j] = (byte) (int) (rest + zero);
            }
            MemorySegment.copy(high, 0, fed, ValueLayout.JAVA_BYTE, (long) i * in, in);
            MemorySegment.copy(low, 0, fed, ValueLayout.JAVA_BYTE, (long) (rows + i) * in, in);
        }
        return scales;
    }

    /// Puts the sums of both digits of a row together, where those of the high ones stand.
    private void join(MemorySegment sums, float... scales) {
        int out = Math.toIntExact(shape[0]);
        int rows = scales.length;
        float[] high = new float[out];
        float[] low = new float[out];
        float lowUnit = digits.lowUnit();
        for (int i = 0; i < rows; i++) {
            long highAt = (long) i * out * Float.BYTES;
            long lowAt = (long) (rows + i) * out * Float.BYTES;
            MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, highAt, high, 0, out);
            MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, lowAt, low, 0, out);
            float scale = scales[i];
            for (int j = 0; j < out; j++) {
                high[j] = Math.fma(low[j], lowUnit, high[j]) * scale;
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
        fixed.forEach(IValue::close);
        product.close();
    }
}
