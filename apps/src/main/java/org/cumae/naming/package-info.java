/// Names that people type: known ones, and what was probably meant by an unknown one.
///
/// Start at [Known].
@NullMarked
package org.cumae.naming;

import org.jspecify.annotations.NullMarked;
