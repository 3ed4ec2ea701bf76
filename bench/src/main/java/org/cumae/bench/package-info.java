/// Benches that run Cumae and a peer in one run.
@NullMarked
package org.cumae.bench;

import org.jspecify.annotations.NullMarked;
