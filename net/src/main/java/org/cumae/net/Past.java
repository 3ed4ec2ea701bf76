package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of some sequences that a model has read, for [Backbone#hidden(Tensor, Past)] to read on
/// from them. Of use as long as the scope is open in which it was read to.
public final class Past {
    private final List<Tensor> keys = new ArrayList<>(); // by layer, [sequences, keyHeads, length,
    private final List<Tensor> values = new ArrayList<>(); // headDim]
    private int length;

    /// How many rows of each sequence it holds.
    public int length() {
        return length;
    }

    /// A look of the next rows at all so far and at each other, each at those before it.
    ///
    /// @param rows of each sequence
    Sight reading(Device device, int sequences, int rows) {
        Check.argument(
                keys.isEmpty() || keys.getFirst().size(0) == sequences,
                "%d sequences are to be read on, and the past is of %d; give as many",
                sequences,
                keys.isEmpty() ? 0 : keys.getFirst().size(0));
        return new Following(this, new Batch(sequences, rows, Optional.empty()), device);
    }

    void grow(int rows) {
        length += rows;
    }

    /// Rows that follow what was read.
    record Following(Past past, Batch rows, Device device) implements Sight {
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
                            Optional.of(columns(by.window().orElse(Integer.MAX_VALUE)))));
        }

        private static Tensor joined(Tensor before, Tensor after) {
            return Ops.cat(List.of(before, after), 2);
        }

        /// Which of all rows so far each new one sees, `[rows, length + rows] bool`.
        private Tensor columns(int window) {
            int count = rows.length();
            int all = past.length + count;
            boolean[] sees = new boolean[count * all];
            for (int row = 0; row < count; row++) {
                int own = past.length + row;
                for (int column = 0; column <= own; column++) {
                    sees[row * all + column] = own - column < window;
                }
            }
            return device.mask(sees, count, all);
        }
    }
}
