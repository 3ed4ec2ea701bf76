package org.cumae.picture;

/// A code that was drawn for a place, and may stay.
///
/// @param place of the picture
/// @param code what it may be
/// @param raw its log-probability as the model says, in nats
/// @param sure the same with guidance, but without temperature and filters: at temperature 0 all
///   would be sure
record Guess(int place, int code, double raw, double sure) {}
