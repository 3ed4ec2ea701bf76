package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// What a pass made of its rows, for each head to read.
///
/// @param trunk what the blocks made, `[tokens, width]`
/// @param branches what each further head's block made of that, same shape
record Directions(Tensor trunk, List<Tensor> branches) {}
