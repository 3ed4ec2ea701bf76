package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Optional;

/// A matrix in float32, laid out in the blocks that oneDNN's products read.
///
/// A plain product lays the matrix out anew each time; one of few rows spends most of its time on
/// that.
public final class Float32Matrix implements PackedMatrix {
    private static final String PRODUCT = "mkldnn::_linear_pointwise";

    private final long[] shape;
    private final boolean biased;
    private final List<IValue> fixed; // all arguments but the rows
    private final Operator product = Operator.named(PRODUCT);

    private Float32Matrix(Tensor weight, Optional<Tensor> bias) {
        shape = weight.shape();
        biased = bias.isPresent();
        try (var _ = new PointerScope();
                Operator packing = Operator.named("mkldnn::_reorder_linear_weight")) {
            IValue pack = packing.value(new IValue(weight.contiguous()), new IValue(1L));
            IValue shift = bias.map(IValue::new).orElseGet(IValue::new);
            IValue then = new IValue("none"); // nothing is done to the result
            fixed = List.of(pack, shift, then, product.nothing(4), new IValue(""));
            fixed.forEach(IValue::retainReference);
        }
    }

    /// Packs a matrix.
    ///
    /// @param weight `[out, in] float32`
    /// @param bias `[out] float32`
    public static Float32Matrix of(Tensor weight, Optional<Tensor> bias) {
        return new Float32Matrix(weight, bias);
    }

    /// Whether this libtorch was built with oneDNN.
    public static boolean isSupported() {
        return Operator.exists(PRODUCT);
    }

    @Override
    public Tensor times(Tensor x) {
        Shapes.checkProduct(x, shape);
        IValue[] arguments = new IValue[1 + fixed.size()];
        arguments[0] = new IValue(x);
        for (int i = 0; i < fixed.size(); i++) {
            arguments[1 + i] = fixed.get(i);
        }
        return product.tensor(arguments);
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
        return weights() * Float.BYTES;
    }

    @Override
    public void close() {
        fixed.forEach(IValue::close);
        product.close();
    }
}
