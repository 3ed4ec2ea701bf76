/// Codes of what is seen, and of how it and the camera move: each patch by itself, coarse first.
///
/// Start at [PatchTraining], which learns the book of a type from examples, and [BookFile], which
/// keeps it. [CameraBins] needs no learning.
@NullMarked
package org.cumae.unit.patch;

import org.jspecify.annotations.NullMarked;
