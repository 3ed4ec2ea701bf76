package org.cumae.train;

/// An endless sequence of batches, each a function of its number alone: any of them can be asked
/// for at any time, so a run resumes where it stopped without reading what came before.
///
/// @param <B> a batch
@FunctionalInterface
public interface Batches<B> {
    /// The batch of a number from 0.
    B at(long number);
}
