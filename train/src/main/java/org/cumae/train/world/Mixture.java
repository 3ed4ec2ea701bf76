package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.noise.Noise;
import org.cumae.train.Batches;

import java.util.ArrayList;
import java.util.List;

/// Grammars with weights, and rows of them packed side by side into sequences of one length.
///
/// @param grammars each with how often it is used, in proportion
/// @param length tokens of a sequence
/// @param least a row shorter than this is not begun
public record Mixture(List<Weighted> grammars, int length, int least) {
    /// A grammar and its weight.
    ///
    /// @param grammar how rows are made
    /// @param weight positive
    public record Weighted(Grammar grammar, double weight) {
        /// Checks the weight.
        public Weighted {
            Check.argument(
                    weight > 0 && weight < Double.POSITIVE_INFINITY,
                    "grammar %s has weight %s; it must be positive and finite",
                    grammar,
                    weight);
        }
    }

    /// Copies the list.
    public Mixture {
        grammars = List.copyOf(grammars);
        Check.argument(!grammars.isEmpty(), "a mixture needs a grammar");
        Check.argument(
                least > 0 && length >= least,
                "rows have %d tokens or more and sequences %d; the first must be positive and not"
                        + " above the second",
                least,
                length);
    }

    /// This mixture and more grammars beside it: what a model that has learned to see is taught
    /// next.
    public Mixture plus(Weighted... more) {
        List<Weighted> all = new ArrayList<>(grammars);
        all.addAll(List.of(more));
        return new Mixture(all, length, least);
    }

    /// Sequences as long, of rows of one grammar alone.
    public Mixture only(Grammar grammar) {
        return new Mixture(List.of(new Weighted(grammar, 1)), length, least);
    }

    /// Refuses grammars of which nothing would ever be learned, for what they tell leaves no room.
    ///
    /// @param layout what there is
    /// @throws IllegalArgumentException naming the grammar
    public void requireRoom(Layout layout) {
        for (Weighted each : grammars) {
            int tokens = each.grammar.leastLearned(layout);
            Check.argument(
                    tokens <= length,
                    "grammar '%s' takes %d tokens before anything of it is learned, and sequences have"
                            + " %d; tell a share of it, such as rgb0[20-60%%], or a window of it, or"
                            + " take longer sequences",
                    each.grammar,
                    tokens,
                    length);
        }
    }

    /// Scenes to choose from.
    @FunctionalInterface
    public interface Scenes {
        /// A scene of which all is known that a grammar speaks of.
        ///
        /// @param grammar what its row is made by
        /// @param noise which one
        Canvas one(Grammar grammar, Noise noise);
    }

    /// Packed sequences of rows, each of a scene of its own.
    ///
    /// @param scenes to choose from
    /// @param speed of patches of motion
    /// @param sequences in a batch
    /// @param seed of all that is left to chance
    public Batches<Packed> of(Scenes scenes, Grammar.Speed speed, int sequences, long seed) {
        return number -> {
            List<List<Row>> all = new ArrayList<>();
            for (int i = 0; i < sequences; i++) {
                all.add(packed(scenes, speed, Noise.of(seed, number).at(i)));
            }
            return new Packed(all, length);
        };
    }

    private List<Row> packed(Scenes scenes, Grammar.Speed speed, Noise noise) {
        List<Row> rows = new ArrayList<>();
        int room = length;
        for (int tries = 0; room >= least && tries < length; tries++) {
            Noise here = noise.at(tries);
            Grammar grammar = drawn(here.uniform(0));
            Canvas scene = scenes.one(grammar, here.at(1));
            Row row = grammar.row(scene, speed, room, here.at(0));
            if (row.isLearned()) {
                rows.add(row);
                room -= row.tokens();
            }
        }
        return rows;
    }

    private Grammar drawn(double uniform) {
        double left = uniform * grammars.stream().mapToDouble(Weighted::weight).sum();
        for (Weighted each : grammars) {
            left -= each.weight;
            if (left < 0) {
                return each.grammar;
            }
        }
        return grammars.getLast().grammar;
    }
}
