package org.cumae.distribution;

/// Where a decoder's decisions come from.
///
/// A decoder never holds a random generator: it asks a `Chance`, and says which position the
/// decision is for. In production that is [KeyedChance]; the enumeration harness puts one there
/// that walks every branch, which is how the law of a decoder's output is proved and not sampled.
public interface Chance {
    /// Draws the value of one position.
    ///
    /// @param law the law to draw from
    /// @param position the address of the drawn variable
    /// @return an id of the law's support
    int draw(Categorical law, long position);

    /// Draws an index in proportion to weights, in double precision: what an acceptance test leaves
    /// of a law is no softmax of float logits any more.
    ///
    /// @param weights `[n]`, each 0 or more, not all 0
    /// @param position the address of the drawn variable
    /// @return an index of a positive weight
    int pick(double[] weights, long position);

    /// Decides an event.
    ///
    /// @param probability its probability; values outside [0, 1] count as never and always
    /// @param position the address of the variable that is being decided about
    /// @return whether it happens
    boolean happens(double probability, long position);

    /// An independent source, for decisions that must not share randomness with this one's: the
    /// draft beside the target, the second sibling beside the first.
    ///
    /// @param label names the lane; the same label gives the same lane
    Chance lane(long label);
}
