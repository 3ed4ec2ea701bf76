package org.cumae.train.picture;

/// A picture as it is learned from.
///
/// @param codes `[length]`
/// @param vectors the rows of a lesson that are vectors, one after the other; none where rows are
///   ids
/// @param label its class
@SuppressWarnings("ArrayRecordComponent") // made once, never written to
public record Coded(int[] codes, float[] vectors, int label) {}
