/// Claims about values in time.
@NullMarked
package org.cumae.reproduce.series;

import org.jspecify.annotations.NullMarked;
