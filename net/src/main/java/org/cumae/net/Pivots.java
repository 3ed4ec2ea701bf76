package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// What lets a model look at what its own blocks made of rows before, and tell from which grid a
/// row comes.
///
/// @param states from what was made of a row to a row, `[width, width]`; of nothing, a row of
///   zeros, its bias alone is left, which stands for a row that must not be told
/// @param phases added to what modulates the rows of each grid, nothing at first, so that the
///   blocks begin as those of a model with one grid, `[phases, width]`
/// @see <a href="https://arxiv.org/abs/2505.20288">Hi-MAR</a>
record Pivots(Linear states, Tensor phases) {}
