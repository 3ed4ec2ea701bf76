/// Pictures as codes or real vectors: what they stand for, and in which order, out of what and seen
/// by whom they are written.
///
/// Start at [PictureCode]. Nothing here knows a file, a network or how a code was learned.
@NullMarked
package org.cumae.picture;

import org.jspecify.annotations.NullMarked;
