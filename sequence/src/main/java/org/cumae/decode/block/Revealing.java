package org.cumae.decode.block;

import org.cumae.distribution.Chance;
import org.cumae.model.Tokens;

import java.util.List;

/// A reveal policy at work on one text.
@FunctionalInterface
public interface Revealing extends AutoCloseable {
    /// Which masked places are written now.
    ///
    /// @param masks ascending by position, at least one
    /// @param turn where the writing stands
    /// @return indices into the masks, ascending; at least one
    List<Integer> select(List<Masked> masks, Turn turn);

    @Override
    default void close() {}

    /// Where the writing stands.
    ///
    /// @param step passes over this block before, from 0
    /// @param block places of a block, or of the window
    /// @param line what is known from position 0 up to the first mask
    /// @param chance for policies that are left to it, its own in every pass
    record Turn(int step, int block, Tokens line, Chance chance) {}
}
