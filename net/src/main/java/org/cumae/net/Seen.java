package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// Whole sequences as a frozen model saw them, for masks to stand behind their rows. Of use as long
/// as the scope is open in which it was made.
public final class Seen {
    private final Recorded sight;
    private final Tensor hidden;

    Seen(Recorded sight, Tensor hidden) {
        this.sight = sight;
        this.hidden = hidden;
    }

    Recorded sight() {
        return sight;
    }

    /// What the head reads of each row, `[sequences * length, width]`.
    public Tensor hidden() {
        return hidden;
    }
}
