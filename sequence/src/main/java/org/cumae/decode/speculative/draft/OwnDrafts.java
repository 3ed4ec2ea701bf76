package org.cumae.decode.speculative.draft;

import java.util.Optional;

/// What a model has learned to draft for itself with.
///
/// @param masks rows that ride along
/// @param medusa heads on its hidden states
/// @param trigrams counted in a text of its kind
public record OwnDrafts(
        Optional<Masks> masks, Optional<Medusa> medusa, Optional<Trigrams> trigrams) {
    /// Nothing, as most models.
    public static final OwnDrafts NONE =
            new OwnDrafts(Optional.empty(), Optional.empty(), Optional.empty());

    /// The same with a table of trigrams, or without one.
    public OwnDrafts withTrigrams(Optional<Trigrams> trigrams) {
        return new OwnDrafts(masks, medusa, trigrams);
    }
}
