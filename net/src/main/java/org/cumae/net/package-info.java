/// Layers and backbones.
@NullMarked
package org.cumae.net;

import org.jspecify.annotations.NullMarked;
