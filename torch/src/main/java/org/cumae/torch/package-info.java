/// libtorch: scopes and ownership, devices and dtypes, shape checks before native calls.
@NullMarked
package org.cumae.torch;

import org.jspecify.annotations.NullMarked;
