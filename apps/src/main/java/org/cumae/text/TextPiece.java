package org.cumae.text;

import java.util.Optional;

/// What a listener hears: a token at its place, or text that was held back and is now free.
///
/// The texts of all pieces, joined, are the generation's text. A piece's text can be empty: the
/// token may be part of a character, or may be the begin of a stop text, or may not be settled yet.
/// It never ends inside a character.
///
/// @param text what has become certain since the last piece
/// @param token the token that was chosen; empty for the last piece, which only frees text
public record TextPiece(String text, Optional<TokenChance> token) {}
