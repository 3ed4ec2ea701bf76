package org.cumae.decode;

import org.cumae.distribution.Excerpt;

/// A drawn token and what was known of it; see [Step] for the parts.
///
/// @param token the token
/// @param logProbability under the model's own law
/// @param raw its best alternatives there
/// @param filtered the best alternatives under the law that it was drawn from
public record Choice(int token, double logProbability, Excerpt raw, Excerpt filtered) {}
