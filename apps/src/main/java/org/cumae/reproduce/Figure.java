package org.cumae.reproduce;

/// One measured number.
///
/// @param what of what
/// @param value the number
/// @param unit its unit, such as `tokens/s` or `nats/token`
public record Figure(String what, double value, String unit) {}
