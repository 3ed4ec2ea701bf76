/// Asking a model: what decoders say, and what models must answer.
///
/// Start at [Context], the decoder's side, and [Query], what it asks; [Model] is the other side. A
/// [Card] says what a model can be asked. Nothing here knows a tensor or a thread.
@NullMarked
package org.cumae.model;

import org.jspecify.annotations.NullMarked;
