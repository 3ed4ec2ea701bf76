package org.cumae.decode;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Chance;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.order.Order;

import java.util.HashSet;
import java.util.List;

/// Which variables of a canvas to write, and how.
///
/// @param canvas what is known; it is read, not written
/// @param targets the unknown variables to write
/// @param order of the targets, by their place in the list
/// @param samplings how the codes of each type and level are drawn
/// @param chance what decisions are taken with; a code's address is its position in the layout, so
///   that a code does not depend on when it is drawn, only on what is known then
public record FillRequest(
        Canvas canvas, List<Address> targets, Order order, Samplings samplings, Chance chance) {
    /// How the codes of a type and level are drawn.
    @FunctionalInterface
    public interface Samplings {
        /// The sampling of a level, from 0, of a type.
        Sampling of(TokenType type, int level);
    }

    /// Checks that the parts fit.
    ///
    /// @throws IllegalArgumentException if a target is known already, named twice or not in the
    ///   layout, or the order has another size
    public FillRequest {
        canvas = canvas.copy();
        targets = List.copyOf(targets);
        Check.argument(
                order.size() == targets.size(),
                "the order is of %d variables and there are %d targets; they must be equal",
                order.size(),
                targets.size());
        Check.argument(
                new HashSet<>(targets).size() == targets.size(),
                "a target is named twice: %s",
                targets);
        for (Address target : targets) {
            canvas.layout().field(target);
            Check.argument(
                    canvas.codes(target).isEmpty(),
                    "%s is to be written and is known already; take it off the targets or the canvas",
                    target);
        }
    }

    /// A request by the law as it is, with seed 0.
    public static FillRequest of(Canvas canvas, List<Address> targets, Order order) {
        return new FillRequest(
                canvas, targets, order, (_, _) -> Sampling.PLAIN, KeyedChance.of(0, 0));
    }

    /// The same drawn in another way, at all types and levels.
    public FillRequest withSampling(Sampling sampling) {
        return withSamplings((_, _) -> sampling);
    }

    /// The same drawn in another way.
    public FillRequest withSamplings(Samplings samplings) {
        return new FillRequest(canvas, targets, order, samplings, chance);
    }

    /// The same with another source of decisions.
    public FillRequest withChance(Chance chance) {
        return new FillRequest(canvas, targets, order, samplings, chance);
    }

    /// The same with keyed noise of a seed.
    public FillRequest withSeed(long seed) {
        return withChance(KeyedChance.of(seed, 0));
    }

    /// The same in another order.
    public FillRequest withOrder(Order order) {
        return new FillRequest(canvas, targets, order, samplings, chance);
    }
}
