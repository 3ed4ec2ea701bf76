package org.cumae.net;

import org.cumae.model.Denoising;
import org.cumae.torch.Device;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A transformer in a directory as Hugging Face lays it out. Needs an open scope.
final class HuggingFaceCheckpoint {
    private HuggingFaceCheckpoint() {}

    static Backbone load(Path folder, Device device, Optional<Precision> packing) {
        return load(folder, device, packing, Share.WHOLE);
    }

    /// A share of it.
    static Backbone load(Path folder, Device device, Optional<Precision> packing, Share share) {
        TransformerConfig config = share.of(config(folder));
        Weights weights = weights(folder, config, device, packing, share, share::blocks);
        return new Backbone(config, device, weights, Optional.empty());
    }

    /// To be taught to fill masks.
    static Backbone loadForFilling(Path folder, Denoising how) {
        TransformerConfig base = config(folder);
        TransformerConfig config = base.filling(how);
        try (WeightFile file = WeightFile.open(folder);
                Checkpoint checkpoint = new Checkpoint(file, Device.CPU)) {
            Source source =
                    base.denoising().isPresent() ? checkpoint : new Filling(checkpoint, base);
            Weights weights = Weights.take(source, config, Gpt2Names.of(checkpoint));
            return new Backbone(config, Device.CPU, weights, Optional.empty());
        }
    }

    /// With what it has learned for masks, from the file beside its weights.
    static Backbone loadWithMasks(Path folder, Device device, Optional<Precision> packing) {
        Path path = folder.resolve(Backbone.MASKS);
        try (WeightFile file = WeightFile.open(path);
                Checkpoint added = new Checkpoint(file, device)) {
            return load(folder, device, packing, MaskShape.of(path, file.metadata()), added);
        }
    }

    /// With what it knows of masks.
    ///
    /// @param added where that comes from
    static Backbone load(
            Path folder,
            Device device,
            Optional<Precision> packing,
            MaskShape shape,
            Source added) {
        TransformerConfig config = config(folder);
        Weights weights =
                weights(
                        folder,
                        config,
                        device,
                        packing,
                        Share.WHOLE,
                        source -> new Adapting(source, added, shape));
        try {
            Foresight foresight = Foresight.take(added, config, shape);
            return new Backbone(config, device, weights, Optional.of(foresight));
        } catch (RuntimeException e) {
            weights.owned().close();
            throw e;
        }
    }

    private static Weights weights(
            Path folder,
            TransformerConfig config,
            Device device,
            Optional<Precision> packing,
            Share share,
            UnaryOperator<Source> more) {
        try (WeightFile file = WeightFile.open(folder);
                Checkpoint checkpoint = new Checkpoint(file, device, share)) {
            Source source = more.apply(Packing.of(checkpoint, packing));
            return Weights.take(source, config, Gpt2Names.of(checkpoint));
        }
    }

    static TransformerConfig config(Path folder) {
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        ConfigJson json = ConfigJson.read(folder.resolve("config.json"));
        return new HuggingFaceConfig(name, json).read();
    }
}
