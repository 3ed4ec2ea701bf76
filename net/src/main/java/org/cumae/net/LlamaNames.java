package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Source.Part;
import org.cumae.net.TransformerConfig.Bias;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What a family of files calls the tensors of a Llama-like transformer. Names within a block come
/// after its prefix.
///
/// @param blocks prefix of all blocks; a number and a dot follow
record LlamaNames(
        String embedding,
        String norm,
        String head,
        String blocks,
        String before,
        String query,
        String key,
        String value,
        String output,
        String queryNorm,
        String keyNorm,
        String between,
        String gate,
        String up,
        String down) {
    static final LlamaNames HUGGING_FACE =
            new LlamaNames(
                    "model.embed_tokens.weight",
                    "model.norm",
                    "lm_head",
                    "model.layers.",
                    "input_layernorm",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.o_proj",
                    "self_attn.q_norm",
                    "self_attn.k_norm",
                    "post_attention_layernorm",
                    "mlp.gate_proj",
                    "mlp.up_proj",
                    "mlp.down_proj");

    static final LlamaNames GGUF =
            new LlamaNames(
                    "token_embd.weight",
                    "output_norm",
                    "output",
                    "blk.",
                    "attn_norm",
                    "attn_q",
                    "attn_k",
                    "attn_v",
                    "attn_output",
                    "attn_q_norm",
                    "attn_k_norm",
                    "ffn_norm",
                    "ffn_gate",
                    "ffn_up",
                    "ffn_down");

    /// Takes all tensors out of a file.
    ///
    /// @param ignored names of tensors that may stand in the file unused
    Weights take(Source file, TransformerConfig config, Predicate<String> ignored) {
        Tensor table = file.table(embedding, config.vocabulary(), config.width());
        List<Block> all = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            all.add(block(file, config, layer));
        }
        Norm last = file.norm(config, norm, config.width());
        Linear logits =
                config.tiedHead()
                        ? file.tied(table)
                        : file.head(head, config.vocabulary(), config.width());
        Predicate<String> unused =
                ignored.or(name -> config.tiedHead() && name.equals(head + ".weight"));
        return new Weights(table, Optional.empty(), all, last, logits, file.finish(unused));
    }

    private Block block(Source file, TransformerConfig config, int layer) {
        String at = blocks + layer + ".";
        long width = config.width();
        long inner = config.innerWidth();
        boolean biased = config.biases().contains(Bias.MLP);
        return new Block(
                file.norm(config, at + before, width),
                attention(file, config, layer),
                Optional.of(
                        new Block.Feed(
                                file.norm(config, at + between, width),
                                new Mlp.SwiGlu(
                                        file.stacked(
                                                List.of(
                                                        new Part(at + gate, inner),
                                                        new Part(at + up, inner)),
                                                biased,
                                                width),
                                        file.linear(at + down, biased, width, inner)))));
    }

    private Attention attention(Source file, TransformerConfig config, int layer) {
        String at = blocks + layer + ".";
        long width = config.width();
        long headDim = config.headDim();
        long queries = config.heads() * headDim;
        long keys = config.keyHeads() * headDim;
        boolean biased = config.biases().contains(Bias.QUERY_KEY_VALUE);
        return new Attention(
                layer,
                config.heads(),
                config.keyHeads(),
                config.headDim(),
                config.windows().get(layer),
                file.stacked(
                        List.of(
                                new Part(at + query, queries),
                                new Part(at + key, keys),
                                new Part(at + value, keys)),
                        biased,
                        width),
                file.linear(at + output, config.biases().contains(Bias.OUTPUT), width, queries),
                headNorm(file, config, at + queryNorm),
                headNorm(file, config, at + keyNorm));
    }

    private static Optional<Norm> headNorm(Source file, TransformerConfig config, String name) {
        return config.queryKeyNorm()
                ? Optional.of(file.norm(config, name, config.headDim()))
                : Optional.empty();
    }
}
