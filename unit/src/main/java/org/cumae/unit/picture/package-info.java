/// Pictures from files, and how their codes are learned and kept.
///
/// Start at [PictureFile] and [PictureSet], which read what others made and so believe nothing, and
/// [PyramidTraining], which learns a pyramid's book.
@NullMarked
package org.cumae.unit.picture;

import org.jspecify.annotations.NullMarked;
