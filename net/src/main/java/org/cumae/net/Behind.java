package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// Groups of masks, each behind a place of its own in whole sequences: a mask sees its sequence up
/// to that place, the masks of its group before it, and itself.
///
/// @param before the sequences
/// @param rows masks behind each sequence, in all its groups
/// @param masks for each window of the model which columns a row sees, `[rows, length + rows] bool`
record Behind(Recorded before, int rows, Map<OptionalInt, Tensor> masks) implements Sight {
    /// Which columns masks see: `length` rows of their sequence, then the masks themselves.
    ///
    /// @param places behind which a group of masks stands
    /// @param count masks in a group
    /// @param length of the sequence
    /// @param window of the layer
    /// @return `[rows, length + rows] bool`
    static Tensor columns(
            Device device, List<Integer> places, int count, int length, OptionalInt window) {
        int rows = places.size() * count;
        int columns = length + rows;
        boolean[] sees = new boolean[rows * columns];
        for (int row = 0; row < rows; row++) {
            int place = places.get(row / count);
            int oldest = place + 2 + row % count - window.orElse(columns);
            for (int column = 0; column < columns; column++) {
                int mask = column - length;
                boolean before = mask < 0 && column <= place && column >= oldest;
                boolean own = mask / count == row / count && mask >= 0 && mask <= row;
                sees[row * columns + column] = before || own && place + 1 + mask % count >= oldest;
            }
        }
        return device.mask(sees, rows, columns);
    }

    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        throw new AssertionError("masks are not taught to a model that rolls"); // see Backbone
    }

    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        Batch own = new Batch(before.batch().size(), rows, Optional.empty());
        int group = by.heads() / by.keyHeads();
        Tensor keys = Ops.cat(List.of(before.keys().get(by.layer()), own.split(k)), 2);
        Tensor values = Ops.cat(List.of(before.values().get(by.layer()), own.split(v)), 2);
        Tensor mask = Objects.requireNonNull(masks.get(by.window()));
        Tensor mixed =
                Ops.attention(
                        own.split(q), // [size, heads, rows, headDim]
                        Batch.shared(keys, group), // [size, heads, length + rows, headDim]
                        Batch.shared(values, group),
                        Optional.of(mask));
        return own.joined(mixed);
    }
}
