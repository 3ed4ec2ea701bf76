package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.torch.Device;
import org.cumae.weights.Metadata;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFile;
import org.cumae.weights.WeightFileException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Heads on a frozen model's last hidden state `h`: head `j` foresees the token `j + 2` places
/// behind by the model's own head on `h + silu(W h + b)`. Before they are taught they say what the
/// model says of the next token.
///
/// @see <a href="https://arxiv.org/abs/2401.10774">Cai et al. 2024, Medusa</a>
public final class MedusaHeads implements AutoCloseable {
    /// The file in a model's directory that holds them.
    public static final String FILE = "medusa.safetensors";

    private static final int MOST = 64;
    private static final String COUNT = "heads";

    private final List<Linear> layers;
    private final Owned owned;

    private MedusaHeads(List<Linear> layers, Owned owned) {
        this.layers = layers;
        this.owned = owned;
    }

    /// Heads that foresee nothing yet, for a model of a width.
    ///
    /// @throws IllegalArgumentException if the number is out of range
    public static MedusaHeads fresh(int count, int width) {
        try (var _ = new PointerScope()) {
            return take(new Fresh(), checked(count), width);
        }
    }

    /// Those in a model's directory, in float32.
    ///
    /// @throws WeightFileException if the file is damaged, or does not fit a model of that width
    public static MedusaHeads load(Path folder, int width, Device device) {
        Path path = folder.resolve(FILE);
        try (var _ = new PointerScope();
                WeightFile file = WeightFile.open(path);
                Checkpoint checkpoint = new Checkpoint(file, device)) {
            return take(checkpoint, count(path, file.metadata()), width);
        }
    }

    private static int count(Path file, Metadata metadata) {
        try {
            return checked(Integer.parseInt(metadata.requireText(COUNT)));
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(
                    file, "does not say how many heads it holds: %s", e.getMessage());
        }
    }

    private static int checked(int count) {
        Check.argument(
                count > 0 && count <= MOST, "heads is %d; it must be from 1 to %d", count, MOST);
        return count;
    }

    private static MedusaHeads take(Source source, int count, int width) {
        List<Linear> layers = new ArrayList<>();
        for (int head = 0; head < count; head++) {
            layers.add(
                    new Linear.Plain(
                            zero(source, "heads.%d.weight".formatted(head), width, width),
                            Optional.of(zero(source, "heads.%d.bias".formatted(head), width))));
        }
        return new MedusaHeads(layers, source.finish(_ -> false));
    }

    private static Tensor zero(Source source, String name, long... shape) {
        return source.take(
                Source.Role.SHIFT, List.of(new Stored.Slice(name, shape[0])), false, shape);
    }

    /// How many there are.
    public int count() {
        return layers.size();
    }

    /// How many weights they have.
    public long parameters() {
        return owned.parameters();
    }

    /// How much memory they take, in bytes.
    public long bytes() {
        return owned.bytes();
    }

    /// Their weights, borrowed, always in the same order.
    public List<Tensor> tensors() {
        return owned.tensors().stream().map(Stored::tensor).toList();
    }

    /// The hidden states from which a head foresees, for [Backbone#head]. Needs an open scope.
    ///
    /// @param head from 0
    /// @param hidden `[rows, width]`, after the final norm
    /// @return the same shape
    public Tensor foreseeing(int head, Tensor hidden) {
        return hidden.add(torch.silu(layers.get(head).forward(hidden, Gate.CLOSED)));
    }

    /// Writes them into a model's directory, from where [Transformer#load] takes them together with
    /// the model there.
    ///
    /// @param type how they are stored: F32, F16 or BF16
    public void save(Path folder, TensorType type) {
        try (var _ = new PointerScope()) {
            List<NewTensor> files = new ArrayList<>();
            owned.tensors().forEach(stored -> files.addAll(stored.files(type)));
            SafetensorsWriter.write(
                    folder.resolve(FILE),
                    Map.of("format", "pt", COUNT, Integer.toString(count())),
                    files);
        }
    }

    @Override
    public void close() {
        owned.close();
    }
}
