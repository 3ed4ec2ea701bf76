/// Values in time: what is known, what is forecast, and how well.
@NullMarked
package org.cumae.series;

import org.jspecify.annotations.NullMarked;
