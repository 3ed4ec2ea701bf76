package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes the tensors of a GPT-2 out of a Hugging Face file, where matrices stand as `[in, out]` and
/// those of query, key and value in one.
///
/// @param prefix of all names: `transformer.`, or nothing in the oldest files
record Gpt2Names(String prefix) {
    /// As they are written now.
    static final Gpt2Names NEW = new Gpt2Names("transformer.");

    static Gpt2Names of(Checkpoint file) {
        return file.has("wte.weight") ? new Gpt2Names("") : NEW;
    }

    Weights take(Source file, TransformerConfig config) {
        long width = config.width();
        Tensor table = file.table(prefix + "wte.weight", config.vocabulary(), width);
        Tensor places = file.table(prefix + "wpe.weight", config.maxLength(), width);
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            blocks.add(block(file, config, layer));
        }
        Norm norm = file.norm(config, prefix + "ln_f", width);
        Linear head =
                config.tiedHead()
                        ? file.tied(table)
                        : file.head("lm_head", config.vocabulary(), width);
        Owned owned = file.finish(name -> ignored(config, name));
        return new Weights(table, Optional.of(places), blocks, norm, head, owned);
    }

    /// Causal masks were once stored as tensors.
    private static boolean ignored(TransformerConfig config, String name) {
        return name.endsWith(".attn.bias")
                || name.endsWith(".attn.masked_bias")
                || (config.tiedHead() && name.equals("lm_head.weight"));
    }

    private Block block(Source file, TransformerConfig config, int layer) {
        String at = prefix + "h." + layer + ".";
        long width = config.width();
        long inner = config.innerWidth();
        Attention attention =
                new Attention(
                        layer,
                        config.heads(),
                        config.keyHeads(),
                        config.headDim(),
                        config.windows().get(layer),
                        file.turned(at + "attn.c_attn", 3 * width, width),
                        file.turned(at + "attn.c_proj", width, width),
                        Optional.empty(),
                        Optional.empty());
        return new Block(
                file.norm(config, at + "ln_1", width),
                attention,
                Optional.of(
                        new Block.Feed(
                                file.norm(config, at + "ln_2", width),
                                new Mlp.Gelu(
                                        file.turned(at + "mlp.c_fc", inner, width),
                                        file.turned(at + "mlp.c_proj", width, inner)))));
    }
}
