/// Draft and verify: a cheap draft proposes what comes next, one pass of the model looks at all of
/// it, and a law decides how much stays.
///
/// Start at [Speculative], the decoder. A [Drafter] grows a [DraftTree]; a [Law] walks down it.
/// Every drafter goes with every law that takes its kind of draft, see [Manner]; the drafters are
/// in `draft`. The target's law is `p` and the draft's `q` throughout, whatever a paper calls them.
/// [DraftLength] says how far to draft, and when not to.
@NullMarked
package org.cumae.decode.speculative;

import org.jspecify.annotations.NullMarked;
