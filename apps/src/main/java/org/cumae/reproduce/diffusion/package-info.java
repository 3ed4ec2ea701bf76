/// Claims about models that fill masks, tried with small models of exact tasks that are made on the
/// spot.
@NullMarked
package org.cumae.reproduce.diffusion;

import org.jspecify.annotations.NullMarked;
