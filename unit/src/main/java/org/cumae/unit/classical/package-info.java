/// Flow and segments as OpenCV finds them without having learned anything: what worlds are held
/// against.
@NullMarked
package org.cumae.unit.classical;

import org.jspecify.annotations.NullMarked;
