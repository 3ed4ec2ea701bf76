/// The trainer: data, objective, optimiser, schedule, checkpoints.
@NullMarked
package org.cumae.train;

import org.jspecify.annotations.NullMarked;
