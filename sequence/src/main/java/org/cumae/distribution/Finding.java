package org.cumae.distribution;

/// What a model answers about one row: a law, a part of a law, or a vector.
public sealed interface Finding permits Distribution, Excerpt, Vector {}
