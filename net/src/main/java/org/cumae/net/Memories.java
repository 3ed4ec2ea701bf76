package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What the recurrent layers of a model remember of one context: of all its rows, and of those that
/// it held before the last pass, to which it can go back. Its size does not depend on how many rows
/// there are.
final class Memories implements AutoCloseable {
    private final Device device;
    private Map<Integer, List<Tensor>> now = Map.of(); // by layer, each [1, ...]
    private Map<Integer, List<Tensor>> before = Map.of(); // before the last pass; empty: nothing
    private final Map<Integer, List<Tensor>> coming = new HashMap<>(); // of the pass under way
    private int length; // rows that are remembered now
    private int settled; // and before the last pass

    Memories(Device device) {
        this.device = device;
    }

    /// The shape of a memory of several sequences.
    static long[] shape(long sequences, long... shape) {
        long[] all = new long[shape.length + 1];
        all[0] = sequences;
        System.arraycopy(shape, 0, all, 1, shape.length);
        return all;
    }

    /// How many bytes the layers remember of a context, once.
    static long bytes(List<? extends Recurrent> layers) {
        long numbers = 0;
        for (Recurrent layer : layers) {
            for (long[] shape : layer.memory()) {
                long product = 1;
                for (long size : shape) {
                    product *= size;
                }
                numbers += product;
            }
        }
        return numbers * Float.BYTES;
    }

    /// What a layer remembers, each `[1, ...]`. Needs an open scope.
    List<Tensor> of(Recurrent layer) {
        List<Tensor> known = now.get(layer.layer());
        if (known != null) {
            return known;
        }
        return layer.memory().stream().map(shape -> device.empty(shape(1, shape)).zero_()).toList();
    }

    /// What a layer will remember when the pass has ended.
    ///
    /// @param memory each `[1, ...]`
    void stage(Recurrent layer, List<Tensor> memory) {
        coming.put(layer.layer(), memory);
    }

    /// The pass has ended.
    void commit(int rows) {
        Map<Integer, List<Tensor>> kept = new HashMap<>();
        coming.forEach((layer, memory) -> kept.put(layer, owned(memory)));
        coming.clear();
        free(before);
        before = now;
        now = kept;
        settled = length;
        length += rows;
    }

    /// Copies that outlive the open scope.
    private static List<Tensor> owned(List<Tensor> memory) {
        List<Tensor> own = memory.stream().map(Tensor::clone).toList();
        own.forEach(Tensor::retainReference);
        return own;
    }

    /// A pass that failed leaves nothing.
    void drop() {
        coming.clear();
    }

    /// The most rows, up to a length, to which this can go back.
    int nearest(int wanted) {
        return wanted >= length ? length : wanted >= settled ? settled : 0;
    }

    /// Goes back.
    ///
    /// @param wanted one of [#nearest]
    void back(int wanted) {
        if (wanted == length) {
            return;
        }
        free(now);
        now = Map.of();
        if (wanted == settled) {
            now = before;
        } else {
            free(before);
        }
        before = Map.of();
        length = wanted;
        settled = wanted; // nothing older is remembered but the start
    }

    /// A copy of what is remembered of some rows.
    ///
    /// @param rows one of [#nearest]
    Memories copy(int rows) {
        Memories copy = new Memories(device);
        Map<Integer, List<Tensor>> source =
                rows == length ? now : rows == settled ? before : Map.of();
        try (var _ = new PointerScope();
                var _ = new InferenceMode()) {
            Map<Integer, List<Tensor>> copies = new HashMap<>();
            source.forEach((layer, memory) -> copies.put(layer, owned(memory)));
            copy.now = copies;
        }
        copy.length = rows;
        copy.settled = rows;
        return copy;
    }

    /// How much memory it owns.
    long bytes() {
        return bytes(now) + bytes(before);
    }

    private static long bytes(Map<Integer, List<Tensor>> memories) {
        return memories.values().stream().flatMap(List::stream).mapToLong(Tensor::nbytes).sum();
    }

    private static void free(Map<Integer, List<Tensor>> memories) {
        memories.values().forEach(memory -> memory.forEach(Tensor::close));
    }

    @Override
    public void close() {
        free(now);
        free(before);
        now = Map.of();
        before = Map.of();
        length = 0;
        settled = 0;
    }

    /// Several contexts' memories of one layer side by side.
    static List<Tensor> joined(Recurrent layer, List<Memories> memories) {
        List<List<Tensor>> all = memories.stream().map(each -> each.of(layer)).toList();
        List<Tensor> joined = new ArrayList<>();
        for (int part = 0; part < layer.memory().size(); part++) {
            int at = part;
            joined.add(
                    Ops.cat(
                            all.stream().map(each -> Objects.requireNonNull(each.get(at))).toList(),
                            0));
        }
        return joined;
    }
}
