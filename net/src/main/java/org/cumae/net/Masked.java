package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.model.Strip;
import org.cumae.torch.Device;

import java.util.List;
import java.util.Optional;

/// A strip of a mask, as a product of attention takes it.
///
/// @param strip which rows look at which columns
/// @param seen which of them they see, `[rows, columns] bool`; empty where all
record Masked(Strip strip, Optional<Tensor> seen) {
    /// The strips of a mask.
    ///
    /// @param columns of the mask
    /// @param seen whether a row sees a column, `[rows * columns]`
    static List<Masked> of(Device device, List<Strip> strips, int columns, boolean... seen) {
        return strips.stream().map(strip -> of(device, strip, columns, seen)).toList();
    }

    private static Masked of(Device device, Strip strip, int columns, boolean... seen) {
        if (strip.full()) {
            return new Masked(strip, Optional.empty());
        }
        boolean[] own = new boolean[strip.rows() * strip.columns()];
        for (int row = 0; row < strip.rows(); row++) {
            System.arraycopy(
                    seen,
                    (strip.from() + row) * columns + strip.first(),
                    own,
                    row * strip.columns(),
                    strip.columns());
        }
        return new Masked(strip, Optional.of(device.mask(own, strip.rows(), strip.columns())));
    }
}
