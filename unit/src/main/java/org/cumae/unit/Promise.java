package org.cumae.unit;

/// What decoding gives back of an encoded text `x`, special ids left out.
public enum Promise {
    /// `x`, for every text.
    EVERY_TEXT,

    /// `x`, for every text that can be encoded; others are refused.
    KNOWN_CHARACTERS,

    /// The normal form of `x`: for a text that came out of decoding, that text again.
    NORMAL_FORM,

    /// Something that reads alike: spacing, case or rare characters may be lost.
    GIST
}
