/// Claims about models that fill masks, tried with the bundled models of crystals and with small
/// ones that are made on the spot.
@NullMarked
package org.cumae.reproduce.diffusion;

import org.jspecify.annotations.NullMarked;
