package org.cumae.net;

import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.torch.Device;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.util.Optional;

/// A transformer in a directory as Hugging Face lays it out. Needs an open scope.
final class HuggingFaceCheckpoint {
    private HuggingFaceCheckpoint() {}

    static Backbone load(Path folder, Device device, Optional<Precision> packing) {
        TransformerConfig config = config(folder);
        try (WeightFile file = WeightFile.open(folder);
                Checkpoint checkpoint = new Checkpoint(file, device)) {
            Source source = Packing.of(checkpoint, packing);
            Weights weights =
                    config.norm() == NormKind.LAYER
                            ? Gpt2Names.of(checkpoint).take(source, config)
                            : LlamaNames.HUGGING_FACE.take(
                                    source, config, n -> n.endsWith(".rotary_emb.inv_freq"));
            return new Backbone(config, device, weights);
        }
    }

    static TransformerConfig config(Path folder) {
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        ConfigJson json = ConfigJson.read(folder.resolve("config.json"));
        return new HuggingFaceConfig(name, json).read();
    }
}
