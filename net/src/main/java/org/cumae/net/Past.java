package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// The rows of some sequences that a model has read, for [Backbone#hidden(Tensor, Past)] to read on
/// from them. Of use as long as the scope is open in which it was read to, or with [#keep] until it
/// is closed.
public final class Past implements AutoCloseable {
    private final List<Tensor> keys = new ArrayList<>(); // by layer, [sequences, keyHeads, length,
    private final List<Tensor> values = new ArrayList<>(); // headDim]
    private List<Tensor> kept = List.of();
    private int length;

    /// How many rows of each sequence it holds.
    public int length() {
        return length;
    }

    /// Keeps what it holds beyond the open scope, until it is closed. To be said again when more
    /// was read.
    public void keep() {
        List<Tensor> held =
                Stream.concat(keys.stream(), values.stream())
                        .map(Tensor::<Tensor>retainReference)
                        .toList();
        close();
        kept = held;
    }

    /// Lets go of what was kept.
    @Override
    public void close() {
        kept.forEach(Tensor::close);
        kept = List.of();
    }

    /// A look of the next rows at all so far and at each other, each at those before it.
    ///
    /// @param rows of each sequence
    /// @param windows of the model's layers
    Sight reading(Device device, int sequences, int rows, Collection<OptionalInt> windows) {
        Check.argument(
                keys.isEmpty() || keys.getFirst().size(0) == sequences,
                "%d sequences are to be read on, and the past is of %d; give as many",
                sequences,
                keys.isEmpty() ? 0 : keys.getFirst().size(0));
        Map<OptionalInt, Tensor> seen = new HashMap<>();
        for (OptionalInt window : windows) {
            seen.computeIfAbsent(window, w -> columns(device, rows, w.orElse(length + rows)));
        }
        return new Following(this, new Batch(sequences, rows, Optional.empty()), seen);
    }

    /// Which of all rows so far each of some new ones sees, `[rows, length + rows] bool`.
    private Tensor columns(Device device, int rows, int window) {
        int all = length + rows;
        boolean[] sees = new boolean[rows * all];
        for (int row = 0; row < rows; row++) {
            int own = length + row;
            for (int column = 0; column <= own; column++) {
                sees[row * all + column] = own - column < window;
            }
        }
        return device.mask(sees, rows, all);
    }

    void grow(int rows) {
        length += rows;
    }

    /// Rows that follow what was read.
    ///
    /// @param seen for each window of the model which rows so far they see
    record Following(Past past, Batch rows, Map<OptionalInt, Tensor> seen) implements Sight {
        @Override
        public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
            throw new AssertionError("what a model that rolls has read is no rows"); // see Backbone
        }

        @Override
        public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
            int layer = by.layer();
            if (past.keys.size() == layer) {
                past.keys.add(rows.split(k));
                past.values.add(rows.split(v));
            } else {
                past.keys.set(layer, joined(past.keys.get(layer), rows.split(k)));
                past.values.set(layer, joined(past.values.get(layer), rows.split(v)));
            }
            int group = by.heads() / by.keyHeads();
            return rows.joined(
                    Ops.attention(
                            rows.split(q),
                            Batch.shared(past.keys.get(layer), group),
                            Batch.shared(past.values.get(layer), group),
                            Optional.of(Objects.requireNonNull(seen.get(by.window())))));
        }

        private static Tensor joined(Tensor before, Tensor after) {
            return Ops.cat(List.of(before, after), 2);
        }
    }
}
