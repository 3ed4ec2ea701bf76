package org.cumae.decode.named;

import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Tempo;
import org.cumae.decode.speculative.draft.OwnDrafts;

import java.util.Optional;
import java.util.function.Function;

/// What the speculative decoders of one target share.
///
/// @param models finds a model to draft with, by the name that users give it
/// @param tempo how long the target's passes have taken
/// @param own what the target has learned to draft for itself with
public record Drafts(Function<String, Optional<Drafter>> models, Tempo tempo, OwnDrafts own) {
    /// No model to draft with, no draft of its own, and nothing measured yet.
    public static Drafts alone() {
        return new Drafts(_ -> Optional.empty(), new Tempo(), OwnDrafts.NONE);
    }
}
