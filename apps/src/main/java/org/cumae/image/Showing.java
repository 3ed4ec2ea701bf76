package org.cumae.image;

import org.cumae.noise.Noise;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;

import java.util.Optional;

/// A picture that emerges while its codes become known: what it is to be behind each group comes
/// with the step that a whole picture takes anyway.
final class Showing implements AutoCloseable {
    private final EmergingCode code;
    private final EmergingCode.Emergence emergence;
    private Optional<Raster> latest = Optional.empty();
    private int known; // codes

    Showing(EmergingCode code, Noise noise) {
        this.code = code;
        this.emergence = code.begin(noise);
    }

    /// Takes what is known of the line beyond what it has.
    ///
    /// @param codes `[length]`
    void follow(int... codes) {
        while (known < codes.length && codes[known] != PictureCode.UNKNOWN) {
            latest = emergence.push(codes[known]).or(() -> latest);
            known++;
        }
    }

    /// For people who wait, `[rows, columns, 3]`.
    Raster known() {
        return latest.map(Preview::whole).orElseGet(() -> Preview.nothing(code));
    }

    /// As it is thought of, `[rows, columns, channels]`; empty where no group is known.
    Raster picture() {
        return latest.orElseGet(() -> new Raster(code.rows(), code.columns(), code.channels()));
    }

    @Override
    public void close() {
        emergence.close();
    }
}
