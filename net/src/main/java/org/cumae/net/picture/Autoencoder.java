package org.cumae.net.picture;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;

/// Two convolutional networks: one reads pictures as grids of vectors, the other writes them.
///
/// Levels of residual blocks, each level half as large; norms by groups, and attention at the
/// coarsest level.
///
/// @param shape its sizes
/// @param reading what reads
/// @param writing what writes
/// @see <a href="https://arxiv.org/abs/2406.06525">Sun et al. 2024, LlamaGen</a>
public record Autoencoder(AutoencoderShape shape, Stack reading, Stack writing) {
    /// Layers one after another.
    ///
    /// @param layers all but the last
    /// @param last norm of what the last convolution reads
    /// @param end the last convolution
    public record Stack(List<Layer> layers, GroupNorm last, Kernel end) {
        private Tensor forward(Tensor x) {
            Tensor seen = x;
            for (Layer layer : layers) {
                seen = layer.forward(seen);
            }
            return end.forward(torch.silu(last.forward(seen)));
        }
    }

    /// One whose weights come from somewhere.
    public static Autoencoder of(AutoencoderShape shape, Supply supply) {
        return new Autoencoder(shape, reading(shape, supply), writing(shape, supply));
    }

    private static Stack reading(AutoencoderShape shape, Supply supply) {
        List<Layer> layers = new ArrayList<>();
        long width = shape.width(0);
        layers.add(
                new Layer.Plain(Kernel.of(supply, "encoder.conv_in", width, shape.channels(), 3)));
        int coarsest = shape.multiples().size() - 1;
        for (int level = 0; level <= coarsest; level++) {
            for (int block = 0; block < shape.blocks(); block++) {
                String name = "encoder.%d.%d".formatted(level, block);
                layers.add(Layer.Residual.of(supply, name, shape.width(level), width));
                width = shape.width(level);
            }
            if (level < coarsest) {
                String name = "encoder.%d.smaller".formatted(level);
                layers.add(new Layer.Plain(Kernel.of(supply, name, width, width, 3, 2)));
            }
        }
        layers.addAll(middle(shape, supply, "encoder.mid", width));
        return end(layers, supply, "encoder", shape.out(), width);
    }

    private static Stack writing(AutoencoderShape shape, Supply supply) {
        List<Layer> layers = new ArrayList<>();
        int coarsest = shape.multiples().size() - 1;
        long width = shape.width(coarsest);
        layers.add(new Layer.Plain(Kernel.of(supply, "decoder.conv_in", width, shape.in(), 3)));
        layers.addAll(middle(shape, supply, "decoder.mid", width));
        for (int level = coarsest; level >= 0; level--) {
            for (int block = 0; block <= shape.blocks(); block++) {
                String name = "decoder.%d.%d".formatted(level, block);
                layers.add(Layer.Residual.of(supply, name, shape.width(level), width));
                width = shape.width(level);
            }
            if (level > 0) {
                String name = "decoder.%d.larger".formatted(level);
                layers.add(new Layer.Upsampling(Kernel.of(supply, name, width, width, 3)));
            }
        }
        return end(layers, supply, "decoder", shape.channels(), width);
    }

    private static List<Layer> middle(
            AutoencoderShape shape, Supply supply, String name, long width) {
        List<Layer> layers = new ArrayList<>();
        layers.add(Layer.Residual.of(supply, name + ".0", width, width));
        if (shape.looks()) {
            layers.add(Layer.SelfAttention.of(supply, name + ".look", width));
        }
        layers.add(Layer.Residual.of(supply, name + ".1", width, width));
        return layers;
    }

    private static Stack end(List<Layer> layers, Supply supply, String name, long out, long in) {
        return new Stack(
                layers,
                GroupNorm.of(supply, name + ".norm_out", in),
                Kernel.of(supply, name + ".conv_out", out, in, 3));
    }

    /// Reads pictures. Needs an open scope.
    ///
    /// @param pixels `[pictures, channels, rows, columns]` in [0, 1], sides multiples of a cell's
    /// @return `[pictures, out, rows / cell, columns / cell]`
    public Tensor read(Tensor pixels) {
        return reading.forward(pixels.mul(Ops.scalar(2)).sub(Ops.scalar(1)));
    }

    /// Writes pictures. Needs an open scope.
    ///
    /// @param cells `[pictures, in, down, across]`
    /// @return `[pictures, channels, down * cell, across * cell]`, about [0, 1]
    public Tensor write(Tensor cells) {
        return writing.forward(cells).add(Ops.scalar(1)).div(Ops.scalar(2));
    }
}
