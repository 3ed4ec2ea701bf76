package org.cumae.decode.speculative.draft;

import java.util.Optional;

/// What a model has learned to draft for itself with.
///
/// @param masks rows that ride along
/// @param medusa heads on its hidden states
public record OwnDrafts(Optional<Masks> masks, Optional<Medusa> medusa) {
    /// Nothing, as most models.
    public static final OwnDrafts NONE = new OwnDrafts(Optional.empty(), Optional.empty());
}
