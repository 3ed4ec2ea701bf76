package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes the tensors of a Mamba or a Mamba-2 out of a Hugging Face file.
final class MambaNames {
    private static final String PREFIX = "backbone.";

    private MambaNames() {}

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
                scale(file, at + "A_log", inner, state),
                scale(file, at + "D", inner),
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
                scale(file, at + "dt_bias", heads),
                scale(file, at + "A_log", heads),
                scale(file, at + "D", heads),
                file.norm(config, at + "norm", inner),
                file.linear(at + "out_proj", shape.biased(), config.width(), inner));
    }

    private static Tensor scale(Source file, String name, long... shape) {
        return file.take(
                Source.Role.SCALE, List.of(new Stored.Slice(name, shape[0])), false, shape);
    }
}
