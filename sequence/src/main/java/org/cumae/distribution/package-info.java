/// Laws of one variable, and what samplers make of them.
///
/// Start at [Distribution]; [Categorical] is the one that nearly everything uses. A [Finding] is
/// whatever a model says of a row; [Chance] is what decoders decide with. Nothing here knows a
/// model, a tensor or a thread.
@NullMarked
package org.cumae.distribution;

import org.jspecify.annotations.NullMarked;
