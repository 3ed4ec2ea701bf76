/// Models that learn to fill masks: how tokens are masked, what the loss weighs, and a bound on the
/// likelihood that holds whatever it weighed.
///
/// Start at [MaskProcess] and [MaskedBlocks].
@NullMarked
package org.cumae.train.denoise;

import org.jspecify.annotations.NullMarked;
