package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes the tensors of a model all whose layers roll out of a file: Mamba and Mamba-2 as Hugging
/// Face names them, S4, S4D and S5 in the same way.
final class RollingNames {
    private static final String PREFIX = "backbone.";

    private RollingNames() {}

    static Weights take(Source file, TransformerConfig config) {
        Tensor table =
                file.table(PREFIX + "embeddings.weight", config.vocabulary(), config.width());
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            String at = PREFIX + "layers." + layer + ".";
            Recurrent mixer = recurrent(file, config, layer, at + "mixer.");
            blocks.add(
                    new Block(
                            file.norm(config, at + "norm", config.width()),
                            mixer,
                            Optional.empty()));
        }
        Norm norm = file.norm(config, PREFIX + "norm_f", config.width());
        Linear head =
                config.tiedHead()
                        ? file.tied(table)
                        : file.head("lm_head", config.vocabulary(), config.width());
        Owned owned = file.finish(name -> config.tiedHead() && name.equals("lm_head.weight"));
        return new Weights(table, Optional.empty(), blocks, norm, head, owned);
    }

    /// A layer that rolls.
    ///
    /// @param at prefix of its names
    static Recurrent recurrent(Source file, TransformerConfig config, int layer, String at) {
        return switch (config.mixing().get(layer)) {
            case Mixing.Mamba shape -> mamba(file, config, layer, shape, at);
            case Mixing.Mamba2 shape -> mamba2(file, config, layer, shape, at);
            case Mixing.S4 shape -> s4(file, config, layer, shape, at);
            case Mixing.S4d shape -> s4d(file, config, layer, shape, at);
            case Mixing.S5 shape -> s5(file, config, layer, shape, at);
            case Mixing.Attention _ ->
                    throw new IllegalArgumentException("layer %d attends".formatted(layer));
        };
    }

    private static Mamba mamba(
            Source file, TransformerConfig config, int layer, Mixing.Mamba shape, String at) {
        long inner = shape.inner();
        long state = shape.state();
        Optional<Mamba.Norms> norms = // only Jamba's
                shape.normed()
                        ? Optional.of(
                                new Mamba.Norms(
                                        file.norm(config, at + "dt_layernorm", shape.rank()),
                                        file.norm(config, at + "b_layernorm", state),
                                        file.norm(config, at + "c_layernorm", state)))
                        : Optional.empty();
        return new Mamba(
                layer,
                shape,
                file.linear(at + "in_proj", shape.biased(), 2 * inner, config.width()),
                Convolution.take(
                        file, at + "conv1d", inner, shape.kernel(), shape.convolutionBiased()),
                file.linear(at + "x_proj", false, shape.rank() + 2 * state, inner),
                file.linear(at + "dt_proj", true, inner, shape.rank()),
                rate(file, at + "A_log", inner, state),
                rate(file, at + "D", inner),
                norms,
                file.linear(at + "out_proj", shape.biased(), config.width(), inner));
    }

    private static Mamba2 mamba2(
            Source file, TransformerConfig config, int layer, Mixing.Mamba2 shape, String at) {
        long inner = shape.inner();
        long heads = shape.heads();
        long seen = inner + 2L * shape.groups() * shape.state();
        return new Mamba2(
                layer,
                shape,
                file.linear(at + "in_proj", shape.biased(), inner + seen + heads, config.width()),
                Convolution.take(
                        file, at + "conv1d", seen, shape.kernel(), shape.convolutionBiased()),
                rate(file, at + "dt_bias", heads),
                rate(file, at + "A_log", heads),
                rate(file, at + "D", heads),
                file.norm(config, at + "norm", inner),
                file.linear(at + "out_proj", shape.biased(), config.width(), inner));
    }

    private static S4 s4(
            Source file, TransformerConfig config, int layer, Mixing.S4 shape, String at) {
        long width = config.width();
        long pairs = shape.state() / 2;
        return new S4(
                layer,
                shape,
                modes(file, at, width, pairs, width),
                rate(file, at + "P", width, pairs, 2),
                rate(file, at + "B", width, pairs, 2),
                rate(file, at + "C", width, pairs, 2),
                rate(file, at + "D", width),
                file.linear(at + "out_proj", true, 2 * width, width));
    }

    private static S4d s4d(
            Source file, TransformerConfig config, int layer, Mixing.S4d shape, String at) {
        long width = config.width();
        long pairs = shape.state() / 2;
        return new S4d(
                layer,
                shape,
                modes(file, at, width, pairs, width),
                rate(file, at + "C", width, pairs, 2),
                rate(file, at + "D", width),
                file.linear(at + "out_proj", true, 2 * width, width));
    }

    private static S5 s5(
            Source file, TransformerConfig config, int layer, Mixing.S5 shape, String at) {
        long width = config.width();
        long pairs = shape.state() / 2;
        return new S5(
                layer,
                shape,
                modes(file, at, pairs, 1, pairs),
                rate(file, at + "B", pairs, width, 2),
                rate(file, at + "C", width, pairs, 2),
                rate(file, at + "D", width),
                file.linear(at + "out_proj", true, width, width));
    }

    private static Modes modes(Source file, String at, long channels, long pairs, long steps) {
        return new Modes(
                rate(file, at + "log_dt", steps),
                rate(file, at + "A_log", channels, pairs),
                rate(file, at + "A_imag", channels, pairs));
    }

    private static Tensor rate(Source file, String name, long... shape) {
        return file.take(Source.Role.RATE, List.of(new Stored.Slice(name, shape[0])), false, shape);
    }
}
