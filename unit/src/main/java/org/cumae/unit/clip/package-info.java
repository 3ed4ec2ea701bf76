/// Frames of video files. Start at [org.cumae.unit.clip.Clip].
@NullMarked
package org.cumae.unit.clip;

import org.jspecify.annotations.NullMarked;
