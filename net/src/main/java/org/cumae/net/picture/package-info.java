/// Convolutional networks that turn pictures into small grids of vectors and back.
///
/// Start at [Autoencoder].
@NullMarked
package org.cumae.net.picture;

import org.jspecify.annotations.NullMarked;
