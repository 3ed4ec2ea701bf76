package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Source.Part;
import org.cumae.net.TransformerConfig.Bias;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// What a family of files calls the tensors of a Llama-like model. Names within a block come after
/// its prefix.
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
    private static final String PLACES = "model.embed_positions.weight";
    private static final String VECTORS = "model.embed_vectors";
    private static final String BRANCHES = "model.directions.";
    private static final String MODULATION = "modulation";
    private static final String FLOW = "model.flow.";
    private static final String ROLLING = "mamba."; // prefix of a layer that does, in all files

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

    /// Of which some layers roll.
    ///
    /// @see <a href="https://arxiv.org/abs/2403.19887">Lieber et al. 2024, Jamba</a>
    static final LlamaNames JAMBA =
            new LlamaNames(
                    "model.embed_tokens.weight",
                    "model.final_layernorm",
                    "lm_head",
                    "model.layers.",
                    "input_layernorm",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.o_proj",
                    "self_attn.q_norm",
                    "self_attn.k_norm",
                    "pre_ff_layernorm",
                    "feed_forward.gate_proj",
                    "feed_forward.up_proj",
                    "feed_forward.down_proj");

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
        Tensor table = file.table(embedding, config.inputs(), config.width());
        List<Block> all = new ArrayList<>();
        int attending = 0;
        for (int layer = 0; layer < config.layers(); layer++) {
            all.add(block(file, config, layer, attending));
            attending += config.mixing().get(layer) instanceof Mixing.Attention ? 1 : 0;
        }
        Optional<Tensor> places =
                config.positions().isLearned()
                        ? Optional.of(file.table(PLACES, config.maxLength(), config.width()))
                        : Optional.empty();
        Norm last = file.norm(config, norm, config.width());
        Linear logits =
                config.tiedHead()
                        ? file.tied(table)
                        : file.head(head, config.vocabulary(), config.width());
        Predicate<String> unused =
                ignored.or(name -> config.tiedHead() && name.equals(head + ".weight"));
        Optional<Linear> vectors =
                config.picture()
                        .filter(shape -> shape.vector() > 0)
                        .map(shape -> file.linear(VECTORS, true, config.width(), shape.vector()));
        List<Branch> branches = new ArrayList<>();
        int further = config.picture().map(PictureShape::directions).orElse(1) - 1;
        for (int i = 0; i < further; i++) {
            branches.add(branch(file, config, i, attending + i));
        }
        Optional<Flow> flow =
                config.picture()
                        .flatMap(PictureShape::flow)
                        .map(shape -> flow(file, config, shape));
        return new Weights(
                table, places, all, last, logits, vectors, branches, flow, file.finish(unused));
    }

    private Flow flow(Source file, TransformerConfig config, FlowShape shape) {
        long width = config.width();
        long vector = config.picture().orElseThrow().vector();
        long said = shape.learnsVariance() ? 2 * vector : vector;
        Times times =
                new Times(
                        file.linear(FLOW + "times.0", true, width, Times.WAVES),
                        file.linear(FLOW + "times.1", true, width, width));
        if (shape.layers() == 0) {
            return new FlowOfRows(times, file.linear(FLOW + "output", true, said, width));
        }
        List<Block> own = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            own.add(block(file, config, FLOW + "layers." + layer + ".", 0, 0));
        }
        return new FlowHead(
                shape,
                file.linear(FLOW + "values", true, width, vector),
                times,
                file.linear(FLOW + "told", true, width, width),
                own,
                file.norm(config, FLOW + "norm", width),
                file.linear(FLOW + "modulation", true, 2 * width, width),
                file.linear(FLOW + "output", true, said, width),
                shape.phases() == 1
                        ? Optional.empty()
                        : Optional.of(
                                new Pivots(
                                        file.linear(FLOW + "pivots", true, width, width),
                                        file.table(
                                                FLOW + "phases.weight", shape.phases(), width))));
    }

    private Branch branch(Source file, TransformerConfig config, int number, int attending) {
        String at = BRANCHES + number + ".";
        long width = config.width();
        return new Branch(
                block(file, config, at + "block.", 0, attending),
                file.norm(config, at + "norm", width),
                file.head(at + "head", config.vocabulary(), width));
    }

    /// @param attending how many layers before it attend
    private Block block(Source file, TransformerConfig config, int layer, int attending) {
        return block(file, config, blocks + layer + ".", layer, attending);
    }

    private Block block(
            Source file, TransformerConfig config, String at, int layer, int attending) {
        long width = config.width();
        long inner = config.innerWidth();
        boolean biased = config.biases().contains(Bias.MLP);
        return new Block(
                file.norm(config, at + before, width),
                config.mixing().get(layer) instanceof Mixing.Attention(OptionalInt window)
                        ? attention(file, config, at, attending, window)
                        : RollingNames.recurrent(file, config, layer, at + ROLLING),
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
                                        file.linear(at + down, biased, width, inner)))),
                config.picture()
                        .filter(PictureShape::modulated)
                        .map(
                                _ ->
                                        new Modulation(
                                                file.linear(
                                                        at + MODULATION, true, 6 * width, width))));
    }

    private Attention attention(
            Source file, TransformerConfig config, String at, int place, OptionalInt window) {
        long width = config.width();
        long headDim = config.headDim();
        long queries = config.heads() * headDim;
        long keys = config.keyHeads() * headDim;
        boolean biased = config.biases().contains(Bias.QUERY_KEY_VALUE);
        return new Attention(
                place,
                config.heads(),
                config.keyHeads(),
                config.headDim(),
                window,
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
