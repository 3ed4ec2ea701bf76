package org.cumae.decode.speculative;

/// Laws that trade the target's law for longer accepted drafts: pictures and latents whose
/// neighbours look alike. What they write is marked as not exact, and nothing chooses one by
/// itself.
public non-sealed interface Relaxed extends Law {
    @Override
    default boolean exact() {
        return false;
    }
}
