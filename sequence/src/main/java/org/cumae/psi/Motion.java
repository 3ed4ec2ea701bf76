package org.cumae.psi;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.distribution.Categorical;
import org.cumae.model.Tokens;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What may move, and how it is expected to: statistics of the laws of motion codes, all asked in
/// one pass. Program B of PSI.
///
/// Cells whose motion is given move as it says; the released code gives them the law of the nearest
/// cell that has one, which at the edge of an object is that of the background.
///
/// @param probability of each cell, `[rows, columns, 1]`: how probable it is that it moves
/// @param expected `[rows, columns, 2]`: the mean motion, (x, y) in pixels
public record Motion(Raster probability, Raster expected) {
    /// What is slower than this, in pixels a frame, counts as standing still.
    public static final double STILL = 0.5;

    /// Motion from frame 0 to frame 1.
    ///
    /// @param world whom to ask
    /// @param given what is known: a frame, perhaps some motions, perhaps the camera's
    public static Motion of(World world, Collection<Element> given) {
        return of(world, given, Poke.NEXT);
    }

    /// Motion between two frames.
    ///
    /// @param world whom to ask
    /// @param given what is known
    /// @param between which frames
    public static Motion of(World world, Collection<Element> given, Moment.Pair between) {
        return world.ask(belief -> of(world, belief.observe(given), between));
    }

    /// Motion between two frames, as a belief has it.
    static Motion of(World world, Belief belief, Moment.Pair between) {
        List<Address> cells = world.cells(World.FLOW, between);
        Canvas known = belief.known();
        List<Address> open = known.unknown(cells);
        Map<Address, Categorical> laws = new HashMap<>();
        List<Categorical> answers = open.isEmpty() ? List.of() : belief.laws(open);
        for (int i = 0; i < open.size(); i++) {
            laws.put(open.get(i), answers.get(i));
        }
        Book book = world.book(World.FLOW);
        Raster probability = new Raster(book.type().rows(), book.type().columns(), 1);
        Raster expected = new Raster(book.type().rows(), book.type().columns(), 2);
        for (Address cell : cells) {
            Optional<Categorical> law = Optional.ofNullable(laws.get(cell));
            double[] mean =
                    law.map(book::expected)
                            .orElseGet(() -> book.mean(known.codes(cell).orElseThrow()));
            double given = isStill(mean) ? 0 : 1;
            probability.set(cell.y(), cell.x(), 0, law.map(one -> moving(book, one)).orElse(given));
            expected.set(cell.y(), cell.x(), 0, mean[0]);
            expected.set(cell.y(), cell.x(), 1, mean[1]);
        }
        return new Motion(probability, expected);
    }

    private static double moving(Book book, Categorical law) {
        double[] probabilities = law.probabilities();
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            sum += isStill(book.mean(Tokens.of(law.id(i)))) ? 0 : probabilities[i];
        }
        return sum;
    }

    private static boolean isStill(double[] vector) {
        return Math.hypot(vector[0], vector[1]) < STILL;
    }
}
