/// Learns laws of values in time.
@NullMarked
package org.cumae.train.series;

import org.jspecify.annotations.NullMarked;
