package org.cumae.net;

import java.util.Optional;

/// The model's own blocks, which times modulate, and an output behind their norm.
///
/// @param times added to what modulates a row
/// @see <a href="https://arxiv.org/abs/2502.20388">Ren et al. 2025, xAR</a>
record FlowOfRows(Times times, Linear output) implements Flow {
    @Override
    public Optional<Pivots> pivots() {
        return Optional.empty();
    }
}
