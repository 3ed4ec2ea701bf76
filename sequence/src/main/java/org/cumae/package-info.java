/// The words all rooms share.
@NullMarked
package org.cumae;

import org.jspecify.annotations.NullMarked;
