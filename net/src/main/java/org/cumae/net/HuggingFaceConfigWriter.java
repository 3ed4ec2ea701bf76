package org.cumae.net;

import org.cumae.Check;
import org.cumae.net.Positions.Stack.Sheet;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.weights.TensorType;
import org.cumae.weights.WholeFile;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Writes the shape of a transformer as a Hugging Face `config.json` that gives the same shape when
/// it is read.
final class HuggingFaceConfigWriter {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private HuggingFaceConfigWriter() {}

    /// @param type how the weights beside it are stored
    /// @throws IllegalArgumentException if that format cannot tell the shape
    static void write(TransformerConfig config, TensorType type, Path file) {
        ObjectNode node =
                switch (config.family()) {
                    case "gpt2" -> gpt2(config);
                    case "mamba" -> mamba(config);
                    case "mamba2" -> mamba2(config);
                    case "jamba" -> jamba(config);
                    case "s4", "s4d", "s5" -> unselective(config);
                    default -> llama(config);
                };
        node.put("torch_dtype", name(type));
        TransformerConfig read =
                new HuggingFaceConfig(config.name(), new ConfigJson(file, node)).read();
        Check.argument(
                read.equals(config),
                "model %s has a shape that config.json cannot tell: it would be read as %s",
                config,
                read);
        WholeFile.write(
                file,
                sink ->
                        sink.write(
                                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node)));
    }

    private static String name(TensorType type) {
        return switch (type) {
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> "float32";
        };
    }

    private static ObjectNode llama(TransformerConfig config) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("model_type", config.family());
        node.put("vocab_size", config.vocabulary());
        node.put("hidden_size", config.width());
        node.put("num_hidden_layers", config.layers());
        node.put("num_attention_heads", config.heads());
        node.put("num_key_value_heads", config.keyHeads());
        node.put("head_dim", config.headDim());
        node.put("intermediate_size", config.innerWidth());
        node.put("max_position_embeddings", config.maxLength());
        node.put("hidden_act", "silu");
        node.put("rms_norm_eps", config.epsilon());
        node.put("attention_bias", config.biases().contains(Bias.OUTPUT));
        if (config.isPointers()) { // qwen2's are told by its name
            node.put("use_qkv_bias", config.biases().contains(Bias.QUERY_KEY_VALUE));
        }
        node.put("mlp_bias", config.biases().contains(Bias.MLP));
        node.put("tie_word_embeddings", config.tiedHead());
        windows(node, config);
        if (config.positions() instanceof Positions.Rotary rotary) {
            rotary(node, rotary);
        }
        config.denoising()
                .ifPresent(
                        how ->
                                node.putObject("denoising")
                                        .put("block_size", how.block())
                                        .put("reading", how.reading().word())
                                        .put("shifted", how.shifted()));
        if (config.positions() instanceof Positions.Grid(int rows, int columns, double base)) {
            node.put("rope_theta", base);
            node.putObject("grid").put("rows", rows).put("columns", columns);
        }
        if (config.positions() instanceof Positions.Pyramid(List<Integer> sides, double base)) {
            node.put("rope_theta", base);
            ArrayNode grids = node.putArray("grids");
            sides.forEach(side -> grids.addObject().put("side", side));
        }
        if (config.positions() instanceof Positions.Stack(List<Sheet> sheets, double base)) {
            node.put("rope_theta", base);
            ArrayNode stack = node.putArray("sheets");
            for (Sheet sheet : sheets) {
                stack.addObject()
                        .put("rows", sheet.rows())
                        .put("columns", sheet.columns())
                        .put("slots", sheet.slots());
            }
        }
        if (config.picture().isPresent()) {
            PictureShape shape = config.picture().get();
            node.put("qk_norm", config.queryKeyNorm());
            ObjectNode picture = node.putObject("picture");
            picture.put("vector", shape.vector())
                    .put("modulated", shape.modulated())
                    .put("directions", shape.directions());
            shape.flow()
                    .ifPresent(
                            flow ->
                                    picture.putObject("flow")
                                            .put("layers", flow.layers())
                                            .put("reach", word(flow.reach()))
                                            .put("told", word(flow.told()))
                                            .put("timed", flow.timed())
                                            .put("phases", flow.phases())
                                            .put("encoder", flow.encoder())
                                            .put("variance", word(flow.variance())));
        }
        return node;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void windows(ObjectNode node, TransformerConfig config) {
        OptionalInt window =
                config.windows().stream()
                        .filter(OptionalInt::isPresent)
                        .findFirst()
                        .orElse(OptionalInt.empty());
        node.put("use_sliding_window", window.isPresent());
        if (window.isPresent()) {
            node.put("sliding_window", window.getAsInt());
            ArrayNode types = node.putArray("layer_types");
            for (OptionalInt each : config.windows()) {
                types.add(each.isPresent() ? "sliding_attention" : "full_attention");
            }
        } else {
            node.putNull("sliding_window");
        }
    }

    private static void rotary(ObjectNode node, Positions.Rotary rotary) {
        node.put("rope_theta", rotary.base());
        switch (rotary.scaling()) {
            case Positions.Scaling.None() -> node.putNull("rope_scaling");
            case Positions.Scaling.Linear(double factor) ->
                    node.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor);
            case Positions.Scaling.Llama3 llama3 ->
                    node.putObject("rope_scaling")
                            .put("rope_type", "llama3")
                            .put("factor", llama3.factor())
                            .put("low_freq_factor", llama3.lowFactor())
                            .put("high_freq_factor", llama3.highFactor())
                            .put("original_max_position_embeddings", llama3.originalLength());
            case Positions.Scaling.Listed _ ->
                    throw new IllegalArgumentException(
                            "config.json cannot tell rope factors that a GGUF file lists");
        }
    }

    private static ObjectNode gpt2(TransformerConfig config) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("model_type", config.family());
        node.put("vocab_size", config.vocabulary());
        node.put("n_embd", config.width());
        node.put("n_layer", config.layers());
        node.put("n_head", config.heads());
        node.put("n_inner", config.innerWidth());
        node.put("n_positions", config.maxLength());
        node.put("activation_function", "gelu_new");
        node.put("layer_norm_epsilon", config.epsilon());
        node.put("tie_word_embeddings", config.tiedHead());
        return node;
    }

    private static ObjectNode rolling(TransformerConfig config) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("model_type", config.family());
        node.put("vocab_size", config.vocabulary());
        node.put("hidden_size", config.width());
        node.put("num_hidden_layers", config.layers());
        node.put("max_position_embeddings", config.maxLength());
        node.put("hidden_act", "silu");
        node.put("tie_word_embeddings", config.tiedHead());
        return node;
    }

    private static ObjectNode mamba(TransformerConfig config) {
        ObjectNode node = rolling(config);
        node.put("layer_norm_epsilon", config.epsilon());
        if (config.mixing().getFirst() instanceof Mixing.Mamba shape) {
            node.put("intermediate_size", shape.inner());
            node.put("state_size", shape.state());
            node.put("conv_kernel", shape.kernel());
            node.put("time_step_rank", shape.rank());
            node.put("use_bias", shape.biased());
            node.put("use_conv_bias", shape.convolutionBiased());
        }
        return node;
    }

    private static ObjectNode mamba2(TransformerConfig config) {
        ObjectNode node = rolling(config);
        node.put("layer_norm_epsilon", config.epsilon());
        if (config.mixing().getFirst() instanceof Mixing.Mamba2 shape) {
            node.put("num_heads", shape.heads());
            node.put("head_dim", shape.headDim());
            node.put("expand", shape.inner() / config.width());
            node.put("n_groups", shape.groups());
            node.put("state_size", shape.state());
            node.put("conv_kernel", shape.kernel());
            node.put("chunk_size", shape.chunk());
            node.put("use_bias", shape.biased());
            node.put("use_conv_bias", shape.convolutionBiased());
            if (Double.isFinite(shape.mostStep())) {
                node.putArray("time_step_limit").add(shape.leastStep()).add(shape.mostStep());
            }
        }
        return node;
    }

    private static ObjectNode unselective(TransformerConfig config) {
        ObjectNode node = rolling(config);
        node.put("layer_norm_epsilon", config.epsilon());
        switch (config.mixing().getFirst()) {
            case Mixing.S4(int state) -> node.put("state_size", state);
            case Mixing.S4d(int state, Start start) ->
                    node.put("state_size", state).put("start", word(start));
            case Mixing.S5(int state, int blocks, Start start) ->
                    node.put("state_size", state).put("blocks", blocks).put("start", word(start));
            default -> {} // is read back as another shape, and refused
        }
        return node;
    }

    private static String word(Start start) {
        return start.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode jamba(TransformerConfig config) {
        ObjectNode node = rolling(config);
        node.put("rms_norm_eps", config.epsilon());
        node.put("num_attention_heads", config.heads());
        node.put("num_key_value_heads", config.keyHeads());
        node.put("intermediate_size", config.innerWidth());
        node.put("num_experts", 1);
        List<Integer> attending = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            switch (config.mixing().get(layer)) {
                case Mixing.Attention _ -> attending.add(layer);
                case Mixing.Mamba shape ->
                        node.put("mamba_expand", shape.inner() / config.width())
                                .put("mamba_d_state", shape.state())
                                .put("mamba_d_conv", shape.kernel())
                                .put("mamba_dt_rank", shape.rank())
                                .put("mamba_proj_bias", shape.biased())
                                .put("mamba_conv_bias", shape.convolutionBiased());
                default -> {} // is read back as another shape, and refused
            }
        }
        int first = attending.isEmpty() ? config.layers() : attending.getFirst();
        int period =
                attending.size() > 1 ? attending.get(1) - first : config.layers() + 1; // no second
        node.put("attn_layer_period", period);
        node.put("attn_layer_offset", first);
        return node;
    }
}
