/// The claim about worlds, tried.
@NullMarked
package org.cumae.reproduce.world;

import org.jspecify.annotations.NullMarked;
