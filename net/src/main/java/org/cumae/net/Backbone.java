package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.TensorType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// The layers of a decoder-only transformer and their weights: Llama, Qwen 2 and 3, Mistral and
/// GPT-2, by configuration. [Transformer] decodes with it; a trainer changes its weights.
public final class Backbone implements AutoCloseable {
    private final TransformerConfig config;
    private final Device device;
    private final Weights weights;
    private boolean closed;

    /// Takes the weights over.
    Backbone(TransformerConfig config, Device device, Weights weights) {
        this.config = config;
        this.device = device;
        this.weights = weights;
    }

    /// Weights by chance, to be trained.
    ///
    /// @param seed of libtorch's generator; equal seeds give equal weights
    public static Backbone fresh(TransformerConfig config, long seed) {
        torch.manual_seed(seed);
        try (var _ = new PointerScope()) {
            Fresh source = new Fresh();
            Weights weights =
                    config.norm() == NormKind.LAYER
                            ? new Gpt2Names("transformer.").take(source, config)
                            : LlamaNames.HUGGING_FACE.take(source, config, _ -> false);
            // each block adds twice to the residual stream, which should not grow with the depth
            double share = 1 / Math.sqrt(2.0 * config.layers());
            for (Block block : weights.blocks()) {
                shrink(block.attention().output(), share);
                shrink(block.mlp().down(), share);
            }
            return new Backbone(config, Device.CPU, weights);
        }
    }

    private static void shrink(Linear linear, double share) {
        if (linear instanceof Linear.Plain(Tensor weight, Optional<Tensor> _)) {
            weight.mul_(Ops.scalar(share));
        }
    }

    /// Loads weights in float32, to be trained or saved; see [#load(Path, Device, Precision)].
    public static Backbone load(Path path) {
        return load(path, Device.CPU, Optional.empty());
    }

    /// Loads a directory as Hugging Face lays it out, or a GGUF file of architecture llama, to be
    /// used as it is.
    ///
    /// @param device where it is to live
    /// @param precision in how many bits its matrices are held
    /// @throws IllegalArgumentException if the device cannot hold that precision, or the precision
    ///   a weight
    /// @throws org.cumae.weights.WeightFileException if it is damaged, of another kind, or its
    ///   tensors do not fit its configuration
    public static Backbone load(Path path, Device device, Precision precision) {
        precision.check(device);
        return load(
                path, device, precision.packs(device) ? Optional.of(precision) : Optional.empty());
    }

    private static Backbone load(Path path, Device device, Optional<Precision> packing) {
        try (var _ = new PointerScope()) {
            return Files.exists(path.resolve("config.json"))
                    ? HuggingFaceCheckpoint.load(path, device, packing)
                    : GgufCheckpoint.load(path, device, packing);
        }
    }

    /// Its shape.
    public TransformerConfig config() {
        return config;
    }

    /// How many weights it holds.
    public long parameters() {
        return weights.owned().parameters();
    }

    /// How much memory they take, in bytes.
    public long weightBytes() {
        return weights.owned().bytes();
    }

    /// Where it lives.
    public Device device() {
        return device;
    }

    /// All weights that are not packed, borrowed, always in the same order.
    public List<Tensor> tensors() {
        return weights.owned().tensors().stream().map(Stored::tensor).toList();
    }

    /// The logits after each row of whole sequences. Needs an open scope.
    ///
    /// @param ids `[sequences, length] int64`
    /// @param mask which rows of its sequence a row sees, `[length, length] bool` or `[sequences,
    ///   1, length, length] bool`; without it itself and those before it
    /// @param dropout the share of channels to lose; 0 when it is not trained
    /// @return `[sequences * length, vocab]`
    public Tensor logits(Tensor ids, Optional<Tensor> mask, double dropout) {
        int sequences = Math.toIntExact(ids.size(0));
        int length = Math.toIntExact(ids.size(1));
        Check.argument(
                length <= config.maxLength(),
                "the sequences hold %d rows; model %s holds at most %d",
                length,
                config.name(),
                config.maxLength());
        int[] positions = IntStream.range(0, sequences * length).map(row -> row % length).toArray();
        Tensor x = rows(ids.flatten(), positions, new Batch(sequences, length, mask), dropout);
        return head(norm(x));
    }

    /// The logits after some rows of whole sequences whose rows stand where they say and see whom
    /// they say. Needs an open scope.
    ///
    /// @param dropout the share of channels to lose; 0 when it is not trained
    /// @return `[asked, vocab]`
    public Tensor logits(Arrangement rows, double dropout) {
        Tensor ids = device.ids(rows.ids());
        Tensor mask =
                device.mask(rows.seen(), rows.sequences() * rows.length(), rows.length())
                        .view(rows.sequences(), 1, rows.length(), rows.length());
        Sight sight = new Batch(rows.sequences(), rows.length(), Optional.of(mask));
        Tensor x = rows(ids, rows.positions(), sight, dropout); // [sequences * length, width]
        return head(norm(x.index_select(0, device.ids(rows.asked()))));
    }

    /// What the blocks make of rows.
    ///
    /// @param ids `[tokens] int64`
    /// @param positions `[tokens]`
    /// @return `[tokens, width]`
    Tensor rows(Tensor ids, int[] positions, Sight sight, double dropout) {
        checkOpen();
        Tensor x = looked(weights.embedding(), ids); // [tokens, width]
        if (weights.positions().isPresent()) {
            x = x.add(looked(weights.positions().get(), device.ids(positions))); // same
        }
        Optional<Rotation> rotation =
                config.positions() instanceof Positions.Rotary rotary
                        ? Optional.of(Rotation.of(rotary, positions, config.headDim(), device))
                        : Optional.empty();
        Pass pass = new Pass(sight, rotation, dropout);
        x = pass.thinned(x);
        for (Block block : weights.blocks()) {
            x = block.forward(x, pass); // same
        }
        return x;
    }

    private static Tensor looked(Tensor table, Tensor ids) {
        return Ops.embedding(table, ids).to(ScalarType.Float);
    }

    /// The rows as the head reads them.
    Tensor norm(Tensor rows) {
        return weights.norm().forward(rows);
    }

    /// `[tokens, vocab]` from normed rows.
    Tensor head(Tensor normed) {
        return weights.head().forward(normed);
    }

    /// Writes `config.json` and `model.safetensors` into a directory, such that [#load] and the
    /// `transformers` library read them.
    ///
    /// @param type how the weights are stored: F32, F16 or BF16
    public void save(Path folder, TensorType type) {
        checkOpen();
        Check.state(
                weights.owned().packs().isEmpty(),
                "the weights of model %s are packed to be used; load it to be trained, and save that",
                config.name());
        try (var _ = new PointerScope()) {
            Files.createDirectories(folder);
            List<NewTensor> files = new ArrayList<>();
            for (Stored stored : weights.owned().tensors()) {
                files.addAll(stored.files(type));
            }
            SafetensorsWriter.write(
                    folder.resolve("model.safetensors"), Map.of("format", "pt"), files);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
        HuggingFaceConfigWriter.write(config, type, folder.resolve("config.json"));
    }

    void checkOpen() {
        Check.state(!closed, "model %s is closed; load it again", config.name());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            weights.owned().close();
        }
    }
}
