package org.cumae.model;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;

import java.util.List;

/// What a query wants back of one of its rows. What is small is computed where the logits are.
public sealed interface Want {
    /// The row of the query that is asked about, from 0.
    int row();

    /// The same of the row so many further on.
    default Want shifted(int by) {
        return switch (this) {
            case Law(int row, int from, int to) -> new Law(row + by, from, to);
            case Best(int row, int count) -> new Best(row + by, count);
            case Scores(int row, Tokens ids) -> new Scores(row + by, ids);
            case Hidden(int row) -> new Hidden(row + by);
            case Velocity(int row) -> new Velocity(row + by);
            case Width(int row) -> new Width(row + by);
            case Blend(List<Voice> voices, int from, int to) ->
                    new Blend(
                            voices.stream()
                                    .map(voice -> new Voice(voice.row() + by, voice.direction()))
                                    .toList(),
                            from,
                            to);
        };
    }

    /// The answer where the whole law is at hand: for models that are not on a device.
    ///
    /// @param law of the row, over the whole vocabulary
    /// @throws IllegalArgumentException if a hidden state is wanted; a law has none
    default Finding answeredBy(Categorical law) {
        return switch (this) {
            case Law(int _, int from, int to) ->
                    from == 0 && to == Law.ALL ? law : law.within(from, to);
            case Best(int _, int count) -> law.top(count);
            case Scores(int _, Tokens ids) -> {
                List<Excerpt.Entry> entries =
                        ids.stream()
                                .mapToObj(id -> new Excerpt.Entry(id, law.logProbability(id)))
                                .toList();
                yield new Excerpt(entries);
            }
            case Hidden(int row) ->
                    throw new IllegalArgumentException(
                            "row %d has a law and no hidden state".formatted(row));
            case Velocity(int row) ->
                    throw new IllegalArgumentException(
                            "row %d has a law and no velocity".formatted(row));
            case Width(int row) ->
                    throw new IllegalArgumentException(
                            "row %d has a law and no width of noise".formatted(row));
            case Blend _ ->
                    throw new IllegalArgumentException(
                            "a law is of one row and one direction; a blend is of several");
        };
    }

    /// The whole law, or the part of the vocabulary `[from, to)` renormalised: answered by a
    /// [org.cumae.distribution.Categorical], or by a continuous law where the head gives one.
    ///
    /// @param from the first id
    /// @param to one past the last id; [#ALL] for the rest of the vocabulary
    record Law(int row, int from, int to) implements Want {
        /// Stands for the end of the vocabulary.
        public static final int ALL = Integer.MAX_VALUE;

        /// The law over the whole vocabulary.
        public Law(int row) {
            this(row, 0, ALL);
        }
    }

    /// The best `count` ids under the whole law: answered by an [org.cumae.distribution.Excerpt],
    /// best first, ties to the smaller id.
    record Best(int row, int count) implements Want {}

    /// The log-probabilities of given ids: answered by an excerpt in the order of the ids.
    record Scores(int row, Tokens ids) implements Want {}

    /// The last hidden state, after the final norm: answered by a [org.cumae.distribution.Vector].
    record Hidden(int row) implements Want {}

    /// Which way a row's vector goes on its way from noise to data, see [org.cumae.flow]: answered
    /// by a [org.cumae.distribution.Vector] as wide as the one that was fed.
    record Velocity(int row) implements Want {}

    /// How wide the noise is of a step by which a row's vector is led back through a diffusion, as
    /// of [org.cumae.flow.Width]: answered by a [org.cumae.distribution.Vector] as wide as the one
    /// that was fed.
    record Width(int row) implements Want {}

    /// What a head says of a row.
    ///
    /// @param row of the query, from 0
    /// @param direction which head, see [Card#directions]
    record Voice(int row, int direction) {}

    /// The law whose logits are the mean of what several heads say of several rows, over the ids
    /// `[from, to)`: a geometric mean of their probabilities, renormalised. Answered by a
    /// [org.cumae.distribution.Categorical].
    ///
    /// @param voices at least one
    /// @see <a href="https://arxiv.org/abs/2503.10696">He et al. 2025, NAR</a>
    record Blend(List<Voice> voices, int from, int to) implements Want {
        /// Copies the list.
        ///
        /// @throws IllegalArgumentException if it is empty
        public Blend {
            voices = List.copyOf(voices);
            Check.argument(!voices.isEmpty(), "a blend has no voices; give it one or more");
        }

        /// The row of the first voice.
        @Override
        public int row() {
            return voices.getFirst().row();
        }
    }
}
