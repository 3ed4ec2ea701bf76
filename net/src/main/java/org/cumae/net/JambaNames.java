package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Takes the tensors of a Jamba, some layers of which attend and the others roll, out of a Hugging
/// Face file.
///
/// @see <a href="https://arxiv.org/abs/2403.19887">Lieber et al. 2024</a>
final class JambaNames {
    private JambaNames() {}

    static Weights take(Source file, TransformerConfig config) {
        Tensor table = file.table("model.embed_tokens.weight", config.vocabulary(), config.width());
        List<Block> blocks = new ArrayList<>();
        int attending = 0;
        for (int layer = 0; layer < config.layers(); layer++) {
            String at = "model.layers." + layer + ".";
            Norm before = file.norm(config, at + "input_layernorm", config.width());
            Mixer mixer =
                    config.mixing().get(layer) instanceof Mixing.Attention(OptionalInt window)
                            ? attention(file, config, attending++, window, at + "self_attn.")
                            : RollingNames.recurrent(file, config, layer, at + "mamba.");
            blocks.add(new Block(before, mixer, Optional.of(feed(file, config, at))));
        }
        Norm norm = file.norm(config, "model.final_layernorm", config.width());
        Linear head =
                config.tiedHead()
                        ? file.tied(table)
                        : file.head("lm_head", config.vocabulary(), config.width());
        Owned owned = file.finish(name -> config.tiedHead() && name.equals("lm_head.weight"));
        return new Weights(table, Optional.empty(), blocks, norm, head, owned);
    }

    private static Attention attention(
            Source file, TransformerConfig config, int place, OptionalInt window, String at) {
        long width = config.width();
        long queries = (long) config.heads() * config.headDim();
        long keys = (long) config.keyHeads() * config.headDim();
        return new Attention(
                place,
                config.heads(),
                config.keyHeads(),
                config.headDim(),
                window,
                file.stacked(
                        List.of(
                                new Source.Part(at + "q_proj", queries),
                                new Source.Part(at + "k_proj", keys),
                                new Source.Part(at + "v_proj", keys)),
                        false,
                        width),
                file.linear(at + "o_proj", false, width, queries),
                Optional.empty(),
                Optional.empty());
    }

    private static Block.Feed feed(Source file, TransformerConfig config, String at) {
        long width = config.width();
        long inner = config.innerWidth();
        String feed = at + "feed_forward.";
        return new Block.Feed(
                file.norm(config, at + "pre_ff_layernorm", width),
                new Mlp.SwiGlu(
                        file.stacked(
                                List.of(
                                        new Source.Part(feed + "gate_proj", inner),
                                        new Source.Part(feed + "up_proj", inner)),
                                false,
                                width),
                        file.linear(feed + "down_proj", false, width, inner)));
    }
}
