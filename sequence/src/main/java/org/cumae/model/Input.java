package org.cumae.model;

import org.cumae.distribution.Vector;

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

        @Override
        public int rows() {
            return vectors.size();
        }
    }
}
