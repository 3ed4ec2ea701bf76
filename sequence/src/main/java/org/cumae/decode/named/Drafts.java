package org.cumae.decode.named;

import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Tempo;
import org.cumae.decode.speculative.draft.Masks;

import java.util.Optional;
import java.util.function.Function;

/// What the speculative decoders of one target share.
///
/// @param models finds a model to draft with, by the name that users give it
/// @param tempo how long the target's passes have taken
/// @param masks the target's own, where it has learned any
public record Drafts(
        Function<String, Optional<Drafter>> models, Tempo tempo, Optional<Masks> masks) {
    /// No model to draft with, no masks, and nothing measured yet.
    public static Drafts alone() {
        return new Drafts(_ -> Optional.empty(), new Tempo(), Optional.empty());
    }
}
