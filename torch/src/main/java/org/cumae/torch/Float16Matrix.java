package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;

import java.util.Optional;

/// A matrix in float16, multiplied with float32 rows in float32 arithmetic.
///
/// What a file stores in float16 it holds exactly, and what a file stores in bfloat16 to within
/// 2^-25, which is below float32's own rounding in a product.
public final class Float16Matrix implements PackedMatrix {
    private final long[] shape;
    private final boolean biased;
    private final IValue pack;
    private final Operator product = Operator.named("quantized::linear_dynamic_fp16");

    private Float16Matrix(Tensor weight, Optional<Tensor> bias) {
        shape = weight.shape();
        biased = bias.isPresent();
        try (var _ = new PointerScope();
                Operator packing = Operator.named("quantized::linear_prepack_fp16")) {
            pack =
                    packing.value(
                                    new IValue(weight.contiguous()),
                                    bias.map(IValue::new).orElseGet(IValue::new))
                            .retainReference();
        }
    }

    /// Packs a matrix.
    ///
    /// @param weight `[out, in] float32`
    /// @param bias `[out] float32`
    /// @throws IllegalArgumentException if a weight is beyond float16
    public static Float16Matrix of(Tensor weight, Optional<Tensor> bias) {
        try (var _ = new PointerScope()) {
            Ops.float16(weight); // refuses what it cannot hold
        }
        return new Float16Matrix(weight, bias);
    }

    @Override
    public Tensor times(Tensor x) {
        Shapes.checkProduct(x, shape);
        return product.tensor(new IValue(Ops.contiguous(x)), pack);
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public long weights() {
        return shape[0] * shape[1] + (biased ? shape[0] : 0);
    }

    @Override
    public long bytes() {
        return shape[0] * shape[1] * Short.BYTES + (biased ? shape[0] * Float.BYTES : 0);
    }

    @Override
    public void close() {
        pack.close();
        product.close();
    }
}
