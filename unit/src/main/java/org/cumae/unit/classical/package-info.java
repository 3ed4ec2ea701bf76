/// Flow and segments as OpenCV finds them without having learned anything: what worlds are held
/// against.
///
/// Needs `org.bytedeco:opencv` on the class path, which only the command line brings.
@NullMarked
package org.cumae.unit.classical;

import org.jspecify.annotations.NullMarked;
