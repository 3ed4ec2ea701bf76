/// Blocks of masks to text: several places are told in one pass, and a policy says which of them
/// are written.
///
/// Start at [BlockDiffusion], the decoder of SDAR, Fast-dLLM v2, WeDLM and full-sequence diffusion;
/// who sees whom says the model's [org.cumae.model.Denoising], which places are written a
/// [RevealPolicy].
@NullMarked
package org.cumae.decode.block;

import org.jspecify.annotations.NullMarked;
