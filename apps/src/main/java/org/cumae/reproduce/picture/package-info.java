/// Claims about pictures.
@NullMarked
package org.cumae.reproduce.picture;

import org.jspecify.annotations.NullMarked;
