/// Forecasts of tables of values in time.
@NullMarked
package org.cumae.forecast;

import org.jspecify.annotations.NullMarked;
