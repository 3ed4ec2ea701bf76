package org.cumae.net;

import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;

/// A transformer in a directory as Hugging Face lays it out. Needs an open scope.
final class HuggingFaceCheckpoint {
    private HuggingFaceCheckpoint() {}

    static Backbone load(Path folder) {
        TransformerConfig config = config(folder);
        try (WeightFile file = WeightFile.open(folder)) {
            Checkpoint checkpoint = new Checkpoint(file);
            Weights weights =
                    config.norm() == NormKind.LAYER
                            ? Gpt2Names.of(checkpoint).take(checkpoint, config)
                            : LlamaNames.HUGGING_FACE.take(
                                    checkpoint, config, n -> n.endsWith(".rotary_emb.inv_freq"));
            return new Backbone(config, weights);
        }
    }

    static TransformerConfig config(Path folder) {
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        ConfigJson json = ConfigJson.read(folder.resolve("config.json"));
        return new HuggingFaceConfig(name, json).read();
    }
}
