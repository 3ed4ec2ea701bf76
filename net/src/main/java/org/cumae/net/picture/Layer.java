package org.cumae.net.picture;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.Optional;

/// A part of a network over pictures, `[pictures, channels, rows, columns]`.
sealed interface Layer permits Layer.Residual, Layer.SelfAttention, Layer.Plain, Layer.Upsampling {
    Tensor forward(Tensor x);

    /// A convolution.
    record Plain(Kernel kernel) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return kernel.forward(x);
        }
    }

    /// Each pixel four times, and a convolution.
    record Upsampling(Kernel kernel) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            long[] size = {2 * x.size(2), 2 * x.size(3)};
            return kernel.forward(
                    torch.upsample_nearest2d(x, size, new DoubleOptional(), new DoubleOptional()));
        }
    }

    /// Two convolutions that add to what they read.
    ///
    /// @param across brings what is read to as many channels, where they are others
    record Residual(
            GroupNorm before,
            Kernel first,
            GroupNorm between,
            Kernel second,
            Optional<Kernel> across)
            implements Layer {
        static Residual of(Supply supply, String name, long out, long in) {
            return new Residual(
                    GroupNorm.of(supply, name + ".norm1", in),
                    Kernel.of(supply, name + ".conv1", out, in, 3),
                    GroupNorm.of(supply, name + ".norm2", out),
                    Kernel.of(supply, name + ".conv2", out, out, 3),
                    out == in
                            ? Optional.empty()
                            : Optional.of(Kernel.of(supply, name + ".across", out, in, 1)));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor inner = first.forward(torch.silu(before.forward(x)));
            Tensor added = second.forward(torch.silu(between.forward(inner)));
            return across.map(kernel -> kernel.forward(x)).orElse(x).add(added);
        }
    }

    /// Every pixel looks at all others, with one head, and adds what it sees.
    record SelfAttention(
            GroupNorm before, Kernel queries, Kernel keys, Kernel values, Kernel output)
            implements Layer {
        static SelfAttention of(Supply supply, String name, long channels) {
            return new SelfAttention(
                    GroupNorm.of(supply, name + ".norm", channels),
                    Kernel.of(supply, name + ".q", channels, channels, 1),
                    Kernel.of(supply, name + ".k", channels, channels, 1),
                    Kernel.of(supply, name + ".v", channels, channels, 1),
                    Kernel.of(supply, name + ".proj_out", channels, channels, 1));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor seen = before.forward(x);
            Tensor mixed =
                    Ops.attention(
                            pixels(queries.forward(seen)),
                            pixels(keys.forward(seen)),
                            pixels(values.forward(seen)),
                            Optional.empty()); // [pictures, 1, pixels, channels]
            return x.add(output.forward(mixed.squeeze(1).transpose(1, 2).reshape(x.sizes())));
        }

        private static Tensor pixels(Tensor x) {
            return x.flatten(2, 3).transpose(1, 2).unsqueeze(1);
        }
    }
}
