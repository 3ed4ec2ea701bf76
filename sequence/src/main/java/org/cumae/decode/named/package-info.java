/// Decoders by name: the one place where a command, a server or a page learns which there are and
/// what can be set on each.
///
/// Start at [Decoders]. A new decoder gets an [Offer] here and is reachable from everywhere.
@NullMarked
package org.cumae.decode.named;

import org.jspecify.annotations.NullMarked;
