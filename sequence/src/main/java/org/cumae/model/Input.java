package org.cumae.model;

import org.cumae.Check;
import org.cumae.distribution.Vector;

import java.util.Arrays;
import java.util.List;

/// What a query's rows hold: ids of a vocabulary, or real vectors.
public sealed interface Input {
    /// How many rows.
    int rows();

    /// One id a row.
    ///
    /// @param tokens `[rows]`
    record Ids(Tokens tokens) implements Input {
        @Override
        public int rows() {
            return tokens.size();
        }
    }

    /// One vector a row: latents of a picture, segments of a series.
    ///
    /// @param vectors `[rows]` of `[width]`
    record Vectors(List<Vector> vectors) implements Input {
        /// Copies the list.
        public Vectors {
            vectors = List.copyOf(vectors);
        }

        /// Vectors of rows of numbers, taken over.
        public static Vectors of(float[]... rows) {
            return new Vectors(Arrays.stream(rows).map(Vector::new).toList());
        }

        @Override
        public int rows() {
            return vectors.size();
        }
    }

    /// One row for each hidden state that the model's blocks made of another row before.
    ///
    /// @param states `[rows]`, as wide as the model
    record Made(List<Vector> states) implements Input {
        /// Copies the list.
        public Made {
            states = List.copyOf(states);
        }

        @Override
        public int rows() {
            return states.size();
        }
    }

    /// One vector a row, each on its way from noise to data and at a time of its own, see
    /// [org.cumae.flow]: what is known is at 0.
    ///
    /// Rows that are told something know of their context just that: they see each other, and no
    /// row that the context holds. They have to be taken back before others are fed.
    ///
    /// @param vectors `[rows]` of `[width]`
    /// @param times `[rows]` in [0, 1]
    /// @param told `[rows]`, hidden states of the model; or none
    record Noised(List<Vector> vectors, List<Double> times, List<Vector> told) implements Input {
        /// Copies the lists.
        ///
        /// @throws IllegalArgumentException if they are not equally long, or a time is out of range
        public Noised {
            vectors = List.copyOf(vectors);
            times = List.copyOf(times);
            told = List.copyOf(told);
            Check.argument(
                    times.size() == vectors.size()
                            && (told.isEmpty() || told.size() == vectors.size()),
                    "%d rows come with %d times and %d vectors that they are told",
                    vectors.size(),
                    times.size(),
                    told.size());
            for (double time : times) {
                Check.argument(
                        time >= 0 && time <= 1, "a row is at time %s; it must be in [0, 1]", time);
            }
        }

        @Override
        public int rows() {
            return vectors.size();
        }
    }
}
