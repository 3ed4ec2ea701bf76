package org.cumae.train.picture;

/// A picture of real vectors as it is learned from.
///
/// @param values `[length * width]`
/// @param rows those of a lesson behind its lead, before any noise, one after the other
/// @param label its class
@SuppressWarnings("ArrayRecordComponent") // made once, never written to
public record Valued(float[] values, float[] rows, int label) {}
