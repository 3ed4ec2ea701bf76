package org.cumae.picture;

import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.psi.Raster;

import java.util.Optional;

/// Codes in a line of which a picture emerges out of noise, all of it at once: each group of codes
/// is told on one part of the way, so that the first say what is where and the last only details.
///
/// What comes of codes depends on the noise that they are told to as well.
///
/// @see <a href="https://arxiv.org/abs/2505.23660">Gao and Shou 2025, D-AR</a>
public non-sealed interface EmergingCode extends PictureCode {
    /// The noise of a picture that is written, where nothing else is said.
    Noise PLAIN = Noise.of(0, 0);

    /// Into how many groups of equally many codes the line is cut.
    int groups();

    /// Begins a picture. The caller closes it.
    ///
    /// @param noise that it comes out of, read at one index a number
    Emergence begin(Noise noise);

    /// A picture on its way, for one thread at a time.
    interface Emergence extends AutoCloseable {
        /// Takes the next code of the line.
        ///
        /// @return behind a group's last code, the picture as it is thought to become, `[rows,
        ///   columns, channels]`; behind the last group, as it is
        /// @throws IllegalArgumentException if there is no such code
        /// @throws IllegalStateException if the picture is whole
        Optional<Raster> push(int code);

        @Override
        void close();
    }

    /// Group by group.
    @Override
    default Order order() {
        return Order.blocks(length(), length() / groups());
    }

    /// Writes a picture out of [#PLAIN] noise: what is thought of it behind the last group that is
    /// known from the first code on.
    @Override
    default Raster write(int... codes) {
        return write(PLAIN, codes);
    }

    /// Writes a picture out of some noise, else as [#write(int...)].
    default Raster write(Noise noise, int... codes) {
        requireWhole(codes);
        Raster known = new Raster(rows(), columns(), channels());
        try (Emergence picture = begin(noise)) {
            for (int i = 0; i < codes.length && codes[i] != UNKNOWN; i++) {
                known = picture.push(codes[i]).orElse(known);
            }
        }
        return known;
    }
}
