package org.cumae.net;

import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.torch.Device;
import org.cumae.weights.Metadata;
import org.cumae.weights.TensorInfo;
import org.cumae.weights.WeightFile;
import org.cumae.weights.WeightFileException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// A transformer in a GGUF file of architecture llama. Needs an open scope.
final class GgufCheckpoint {
    private static final String ROPE_FACTORS = "rope_freqs.weight";

    private GgufCheckpoint() {}

    /// A share of it.
    static Backbone load(Path path, Device device, Optional<Precision> packing, Share share) {
        try (WeightFile file = WeightFile.open(path);
                Checkpoint checkpoint = new Checkpoint(file, device, share)) {
            TransformerConfig config = share.of(config(file));
            Weights weights =
                    LlamaNames.GGUF.take(
                            share.blocks(Packing.of(checkpoint, packing)),
                            config,
                            ROPE_FACTORS::equals);
            return new Backbone(config, device, weights, Optional.empty());
        }
    }

    static TransformerConfig config(Path path) {
        try (WeightFile file = WeightFile.open(path)) {
            return config(file);
        }
    }

    private static TransformerConfig config(WeightFile file) {
        Metadata metadata = file.metadata();
        expect(file, "general.architecture", metadata.text("general.architecture"), "llama");
        int experts = metadata.count("llama.expert_count").orElse(0);
        expect(file, "llama.expert_count", Optional.of(experts), 0);
        int width = metadata.requireCount("llama.embedding_length");
        int heads = metadata.requireCount("llama.attention.head_count");
        int headDim =
                metadata.count("llama.attention.key_length").orElse(width / Math.max(heads, 1));
        int turned = metadata.count("llama.rope.dimension_count").orElse(headDim);
        expect(file, "llama.rope.dimension_count", Optional.of(turned), headDim);
        int valueDim = metadata.count("llama.attention.value_length").orElse(headDim);
        expect(file, "llama.attention.value_length", Optional.of(valueDim), headDim);
        TensorInfo embedding = file.info("token_embd.weight");
        return new TransformerConfig(
                metadata.text("general.name").orElse(path(file)),
                "llama",
                Math.toIntExact(embedding.rows()),
                width,
                heads,
                metadata.count("llama.attention.head_count_kv").orElse(heads),
                headDim,
                metadata.requireCount("llama.feed_forward_length"),
                metadata.requireCount("llama.context_length"),
                Mixing.attention(
                        Collections.nCopies(
                                metadata.requireCount("llama.block_count"), window(metadata))),
                NormKind.RMS,
                metadata.requireNumber("llama.attention.layer_norm_rms_epsilon"),
                new Positions.Rotary(
                        metadata.number("llama.rope.freq_base").orElse(10_000),
                        Positions.Pairing.ADJACENT,
                        scaling(file)),
                Activation.SWIGLU,
                biases(file),
                false,
                !file.has("output.weight"));
    }

    private static String path(WeightFile file) {
        return file.path().toAbsolutePath().getFileName().toString();
    }

    private static OptionalInt window(Metadata metadata) {
        OptionalInt window = metadata.count("llama.attention.sliding_window");
        return window.orElse(0) == 0 ? OptionalInt.empty() : window;
    }

    private static Set<Bias> biases(WeightFile file) {
        Set<Bias> biases = EnumSet.noneOf(Bias.class);
        if (file.has("blk.0.attn_q.bias")) {
            biases.add(Bias.QUERY_KEY_VALUE);
        }
        if (file.has("blk.0.attn_output.bias")) {
            biases.add(Bias.OUTPUT);
        }
        if (file.has("blk.0.ffn_gate.bias")) {
            biases.add(Bias.MLP);
        }
        return biases;
    }

    private static Positions.Scaling scaling(WeightFile file) {
        if (file.has(ROPE_FACTORS)) {
            List<Double> divisors = new ArrayList<>();
            for (float divisor : file.floats(ROPE_FACTORS)) {
                divisors.add((double) divisor);
            }
            return new Positions.Scaling.Listed(divisors);
        }
        Metadata metadata = file.metadata();
        String key = "llama.rope.scaling.type";
        Optional<String> type = metadata.text(key);
        if (type.orElse("none").equals("none")) {
            return new Positions.Scaling.None();
        }
        expect(file, key, type, "linear");
        return new Positions.Scaling.Linear(metadata.requireNumber("llama.rope.scaling.factor"));
    }

    private static <T> void expect(WeightFile file, String key, Optional<T> value, T known) {
        if (!value.equals(Optional.of(known))) {
            throw new WeightFileException(
                    file.path(),
                    "metadata \"%s\" is %s; this transformer knows %s",
                    key,
                    value.map(Object::toString).orElse("missing"),
                    known);
        }
    }
}
