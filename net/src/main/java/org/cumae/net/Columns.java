package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Device;

import java.util.Optional;
import java.util.stream.IntStream;

/// The columns of a context that one row sees, in their order.
///
/// @param from the first
/// @param count how many there are, one after the other
/// @param picked all of them, where others lie between, `[count] int64`
record Columns(int from, int count, Optional<Tensor> picked) {
    /// @param seen ascending, at least one
    static Columns of(int[] seen, Device device) {
        int from = seen[0];
        boolean gapless = seen[seen.length - 1] - from == seen.length - 1;
        return new Columns(
                from, seen.length, gapless ? Optional.empty() : Optional.of(device.ids(seen)));
    }

    /// The first so many.
    static Columns first(int count) {
        return new Columns(0, count, Optional.empty());
    }

    static Columns of(boolean[] seen, int offset, int columns, Device device) {
        return of(
                IntStream.range(0, columns).filter(column -> seen[offset + column]).toArray(),
                device);
    }

    /// @param held `[2, keyHeads, 1, columns, headDim]`
    /// @return same, of these columns only
    Tensor of(Tensor held) {
        return picked.map(ids -> held.index_select(3, ids))
                .orElseGet(() -> held.narrow(3, from, count));
    }
}
