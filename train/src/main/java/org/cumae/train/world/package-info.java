/// What a world learns from: scenes whose truth is known, the grammars that say what is given and
/// what is wanted, and the loss of codes after pointers.
///
/// Start at [Grammar] and [PointerCodes].
@NullMarked
package org.cumae.train.world;

import org.jspecify.annotations.NullMarked;
