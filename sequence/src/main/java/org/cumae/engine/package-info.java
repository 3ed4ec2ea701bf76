/// One model, many decoders, shared passes.
///
/// Start at [Engine]. Decoders run on threads of their own and ask through a
/// [org.cumae.model.Context]; one thread runs the passes. The engine knows no decoder.
@NullMarked
package org.cumae.engine;

import org.jspecify.annotations.NullMarked;
