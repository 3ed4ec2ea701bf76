/// Worlds as people use them: by name, with pictures and files for what goes in and what comes out.
///
/// Start at [Worlds]. What a world can be asked is in [org.cumae.psi]; here is what it looks like.
@NullMarked
package org.cumae.world;

import org.jspecify.annotations.NullMarked;
