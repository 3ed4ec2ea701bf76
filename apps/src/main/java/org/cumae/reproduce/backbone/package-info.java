/// Claims about what models are made of.
@NullMarked
package org.cumae.reproduce.backbone;

import org.jspecify.annotations.NullMarked;
