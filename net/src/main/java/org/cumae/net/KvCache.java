package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.cumae.model.Tokens;
import org.cumae.torch.Device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Owns the keys and values of one context's rows in all layers that attend, and the position of
/// each row.
///
/// Memory grows by doubling. A pass writes behind [#length] and says at its end that the rows are
/// there, see [#commit]: one that fails leaves nothing behind.
final class KvCache implements AutoCloseable {
    private static final int LEAST_CAPACITY = 16;

    private final TransformerConfig config;
    private final Device device;
    private List<Tensor> layers = List.of(); // keys, values: [2, keyHeads, 1, capacity, headDim]
    private int[] positions = {}; // [length] and more
    private int capacity;
    private int length;

    KvCache(TransformerConfig config, Device device) {
        this.config = config;
        this.device = device;
    }

    Device device() {
        return device;
    }

    /// `[length]`.
    int[] positions() {
        return Arrays.copyOf(positions, length);
    }

    /// Makes room. Needs an open scope.
    void reserve(int rows) {
        if (rows > capacity) {
            int doubled = (int) Math.min(2L * capacity, config.maxLength());
            resize(Math.max(Math.max(rows, doubled), Math.min(LEAST_CAPACITY, config.maxLength())));
        }
    }

    /// Writes a layer's share of new rows behind the rows that are there.
    ///
    /// @param added keys, then values, `[2, keyHeads, 1, rows, headDim]`
    void write(int layer, Tensor added) {
        layers.get(layer).narrow(3, length, added.size(3)).copy_(added);
    }

    /// A layer's keys, then its values, `[2, keyHeads, 1, columns, headDim]`.
    Tensor rows(int layer, int columns) {
        return layers.get(layer).narrow(3, 0, columns);
    }

    /// The rows that were written are there from now on.
    void commit(int[] added) {
        int[] longer = positions;
        if (length + added.length > longer.length) {
            longer = Arrays.copyOf(positions, capacity);
        }
        System.arraycopy(added, 0, longer, length, added.length);
        positions = longer;
        length += added.length;
    }

    /// A copy of the first so many rows.
    KvCache copy(int rows) {
        KvCache copy = new KvCache(config, device);
        if (rows > 0) {
            try (var _ = new PointerScope();
                    var _ = new InferenceMode()) {
                copy.adopt(copies(rows, rows), rows);
            }
            copy.positions = Arrays.copyOf(positions, rows);
            copy.length = rows;
        }
        return copy;
    }

    void truncate(int length) {
        this.length = length;
    }

    void keep(int from, Tokens rows) {
        if (!rows.isEmpty()) {
            try (var _ = new PointerScope();
                    var _ = new InferenceMode()) {
                Tensor chosen = device.ids(rows.toArray()); // [rows] int64
                layers.forEach(tensor -> move(tensor, chosen, from));
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            positions[from + i] = positions[rows.get(i)];
        }
        length = from + rows.size();
    }

    private static void move(Tensor tensor, Tensor chosen, int to) {
        tensor.narrow(3, to, chosen.size(0)).copy_(tensor.index_select(3, chosen));
    }

    /// How much memory it owns.
    long bytes() {
        return capacity * bytesPerRow(config);
    }

    /// What a cache of so many rows owns at most: its memory may have doubled with the last one.
    static long bytes(TransformerConfig config, int rows) {
        long capacity = Math.min(Math.max(2L * rows, LEAST_CAPACITY), config.maxLength());
        return rows == 0 ? 0 : capacity * bytesPerRow(config);
    }

    /// Keys and values of every layer, and the position.
    private static long bytesPerRow(TransformerConfig config) {
        return 2L * config.attentionLayers() * config.keyHeads() * config.headDim() * Float.BYTES
                + Integer.BYTES;
    }

    @Override
    public void close() {
        release();
        length = 0;
    }

    private void resize(int rows) {
        adopt(copies(length, rows), rows);
    }

    /// Copies of the first so many rows, in tensors that have room for more. They belong to the
    /// open scope.
    private List<Tensor> copies(int rows, int room) {
        List<Tensor> copies = new ArrayList<>();
        for (int layer = 0; layer < config.attentionLayers(); layer++) {
            Tensor copy = device.empty(2, config.keyHeads(), 1, room, config.headDim());
            if (rows > 0) {
                copy.narrow(3, 0, rows).copy_(rows(layer, rows));
            }
            copies.add(copy);
        }
        return copies;
    }

    private void adopt(List<Tensor> copies, int rows) {
        copies.forEach(Tensor::retainReference);
        release();
        layers = copies;
        capacity = rows;
    }

    private void release() {
        layers.forEach(Tensor::close);
        layers = List.of();
        capacity = 0;
    }
}
