package org.cumae.train.picture;

import org.cumae.Check;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.Scales;
import org.cumae.train.Batches;

import java.util.ArrayList;
import java.util.List;

/// Scales of pyramids that are learned in turns: the coarse ones together and each of the finest by
/// itself, so that no step holds more rows than its own scales have. That needs scales which do not
/// see each other.
///
/// @param turns one after the other, and then again from the first
/// @see <a href="https://arxiv.org/abs/2505.12742">MVAR, which learns its ten scales 8:1:1</a>
public record Turns(List<Turn> turns) {
    /// Steps in a row that learn the same places.
    ///
    /// @param from the first place
    /// @param to behind the last
    /// @param times how many steps
    public record Turn(int from, int to, int times) {}

    /// Copies the list.
    public Turns {
        turns = List.copyOf(turns);
    }

    /// The turns of a manner.
    ///
    /// @param times how many steps in a row learn the coarse scales, and then how many each of the
    ///   finest, from the coarsest of them on: 8, 1, 1 of ten scales learns the first eight
    ///   together
    /// @throws IllegalArgumentException if scales see each other, there are more turns than scales,
    ///   or one takes no step
    public static Turns of(Scales manner, List<Integer> times) {
        List<Integer> sides = manner.code().sides();
        Check.argument(
                manner.sight().past() == ScaleSight.Past.NONE,
                "scales are learned in turns (%s), and each sees coarser ones; take manner.past none,"
                        + " or no turns",
                times);
        Check.argument(
                !times.isEmpty()
                        && times.size() <= sides.size()
                        && times.stream().allMatch(each -> each > 0),
                "the turns of %d scales are %s; take up to %d, each of 1 step or more",
                sides.size(),
                times,
                sides.size());
        int alone = times.size() - 1; // scales
        List<Turn> turns = new ArrayList<>();
        int from = 0;
        for (int turn = 0; turn < times.size(); turn++) {
            int first = turn == 0 ? 0 : sides.size() - alone + turn - 1;
            int last = sides.size() - alone + turn;
            int to = from;
            for (int side : sides.subList(first, last)) {
                to += side * side;
            }
            turns.add(new Turn(from, to, times.get(turn)));
            from = to;
        }
        return new Turns(turns);
    }

    /// Whose turn it is.
    ///
    /// @param number of the batch, from 0
    public Turn at(long number) {
        int cycle = turns.stream().mapToInt(Turn::times).sum();
        int left = (int) (number % cycle);
        for (Turn turn : turns) {
            left -= turn.times();
            if (left < 0) {
                return turn;
            }
        }
        throw new AssertionError("a cycle has as many steps as its turns");
    }

    /// Of each batch the places whose turn it is.
    ///
    /// @param whole pictures
    public Batches<List<Coded>> of(Batches<List<Coded>> whole) {
        return number -> {
            Turn turn = at(number);
            return whole.at(number).stream()
                    .map(picture -> picture.part(turn.from(), turn.to()))
                    .toList();
        };
    }
}
