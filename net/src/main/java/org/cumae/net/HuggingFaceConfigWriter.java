package org.cumae.net;

import org.cumae.Check;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.weights.TensorType;
import org.cumae.weights.WholeFile;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.OptionalInt;

/// Writes the shape of a transformer as a Hugging Face `config.json` that gives the same shape when
/// it is read.
final class HuggingFaceConfigWriter {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private HuggingFaceConfigWriter() {}

    /// @param type how the weights beside it are stored
    /// @throws IllegalArgumentException if that format cannot tell the shape
    static void write(TransformerConfig config, TensorType type, Path file) {
        ObjectNode node = config.norm() == NormKind.LAYER ? gpt2(config) : llama(config);
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
        node.put("mlp_bias", config.biases().contains(Bias.MLP));
        node.put("tie_word_embeddings", config.tiedHead());
        windows(node, config);
        if (config.positions() instanceof Positions.Rotary rotary) {
            rotary(node, rotary);
        }
        return node;
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
}
