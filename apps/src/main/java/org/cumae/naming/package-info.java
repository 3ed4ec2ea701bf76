/// Names that people type: known ones, and what was probably meant by an unknown one.
///
/// Start at [Known], and at [ModelShelf] for models.
@NullMarked
package org.cumae.naming;

import org.jspecify.annotations.NullMarked;
