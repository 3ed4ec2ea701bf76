package org.cumae.net.picture;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// A convolution over pictures, as large as they are: what lies outside counts as 0.
///
/// @param weight `[out, in, side, side]`, of an odd side
/// @param bias `[out]`
/// @param stride how many pixels lie between two that it writes
public record Kernel(Tensor weight, Tensor bias, int stride) {
    static Kernel of(Supply supply, String name, long out, long in, long side) {
        return of(supply, name, out, in, side, 1);
    }

    static Kernel of(Supply supply, String name, long out, long in, long side, int stride) {
        return new Kernel(
                supply.weight(name + ".weight", out, in, side, side),
                supply.shift(name + ".bias", out),
                stride);
    }

    /// Convolves.
    ///
    /// @param x `[pictures, in, rows, columns]`
    /// @return `[pictures, out, rows / stride, columns / stride]`, rounded up
    public Tensor forward(Tensor x) {
        long reach = weight.size(2) / 2;
        long[] steps = {stride, stride};
        long[] padding = {reach, reach};
        long[] one = {1, 1};
        return torch.conv2d(x, weight, new TensorOptional(bias), steps, padding, one, 1);
    }
}
