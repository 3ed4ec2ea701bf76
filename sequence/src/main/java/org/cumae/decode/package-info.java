/// Decoders: turn a model's conditionals into a finished sequence.
///
/// Start at [Decoder]; [Sequential] is the smallest and fits on a screen, [Transcript] is what all
/// of them write into: it draws, stops, streams and keeps the accounts. `named` knows them by name.
/// A decoder asks a [org.cumae.model.Context] and nothing else; it knows no file, no thread and no
/// socket.
@NullMarked
package org.cumae.decode;

import org.jspecify.annotations.NullMarked;
