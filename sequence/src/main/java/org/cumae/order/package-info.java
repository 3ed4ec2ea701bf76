/// Which variables come next, together: an order is a rank for each of them.
///
/// Start at [Order]. Nothing here knows what a variable is.
@NullMarked
package org.cumae.order;

import org.jspecify.annotations.NullMarked;
