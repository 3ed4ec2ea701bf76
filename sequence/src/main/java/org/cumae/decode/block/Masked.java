package org.cumae.decode.block;

/// A place that is not known yet, as a pass told it.
///
/// @param position where it stands
/// @param candidate what would be written there; negative if it was not drawn, since the policy did
///   not ask
/// @param confidence how sure that is, in [0, 1]; NaN if the policy did not ask
/// @param entropy of the model's own law there, in nats; NaN if the policy did not ask
public record Masked(int position, int candidate, double confidence, double entropy) {}
