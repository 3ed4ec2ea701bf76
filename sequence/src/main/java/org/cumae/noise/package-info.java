/// Randomness by address: [Noise] is a tree of numbers.
///
/// Nothing here consumes a stream, so nothing depends on the order of calls.
@NullMarked
package org.cumae.noise;

import org.jspecify.annotations.NullMarked;
