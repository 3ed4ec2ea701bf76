/// Frames of video files. Start at [org.cumae.unit.clip.Clip].
///
/// Needs `org.bytedeco:javacv` and `ffmpeg` on the class path, which only the command line brings.
@NullMarked
package org.cumae.unit.clip;

import org.jspecify.annotations.NullMarked;
