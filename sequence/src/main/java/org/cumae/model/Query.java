package org.cumae.model;

import org.cumae.Check;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// One question to a context: rows to append, where they live, who sees whom, what to answer.
///
/// The rows stay in the context when the query is answered. A decoder that does not want them there
/// says so afterwards, with [Context#truncate] or [Context#keep].
///
/// @param input the rows
/// @param positions `[rows]`, the position id of each row; without it they continue the context's
///   length
/// @param visibility which rows each row looks at
/// @param wants what to answer, in this order; none is a prefill
public record Query(
        Input input, Optional<Tokens> positions, Visibility visibility, List<Want> wants) {
    private static final Set<Capability> VECTORS = EnumSet.of(Capability.VECTORS);
    private static final Set<Capability> PIVOTS = EnumSet.of(Capability.PIVOTS);
    private static final Set<Capability> CONTINUOUS = EnumSet.of(Capability.CONTINUOUS);
    private static final Set<Capability> WIDTHS = EnumSet.of(Capability.WIDTHS);
    private static final Set<Capability> FULL = EnumSet.of(Capability.FULL_VISIBILITY);
    private static final Set<Capability> ANY = EnumSet.of(Capability.ANY_VISIBILITY);
    private static final Set<Capability> HIDDEN = EnumSet.of(Capability.HIDDEN_STATES);

    /// Checks that the parts fit each other.
    ///
    /// @throws IllegalArgumentException if there is no row, a want names a row that is not there,
    ///   or the positions are not as many as the rows
    public Query {
        wants = List.copyOf(wants);
        int rows = input.rows();
        Check.argument(rows > 0, "a query needs at least one row; this one has none");
        positions.ifPresent(
                ids ->
                        Check.argument(
                                ids.size() == rows,
                                "the query has %d rows and %d positions; they must be equal",
                                rows,
                                ids.size()));
        for (Want want : wants) {
            if (want instanceof Want.Blend(List<Want.Voice> voices, int _, int _)) {
                voices.forEach(voice -> checkRow(voice.row(), rows));
            }
            checkRow(want.row(), rows);
        }
    }

    private static void checkRow(int row, int rows) {
        Check.argument(
                row >= 0 && row < rows, "the query wants row %d and has rows [0, %d)", row, rows);
    }

    /// Feeds one token and asks for the law of what follows it.
    public static Query next(int token) {
        return feed(Tokens.of(token)).wanting(new Want.Law(0));
    }

    /// Feeds a line of tokens, causally, and asks for the law of what follows its end.
    public static Query next(Tokens tokens) {
        return feed(tokens).wanting(new Want.Law(tokens.size() - 1));
    }

    /// Feeds tokens, causally, and asks for nothing.
    public static Query feed(Tokens tokens) {
        return new Query(new Input.Ids(tokens), Optional.empty(), Visibility.CAUSAL, List.of());
    }

    /// Feeds vectors, causally, and asks for nothing.
    public static Query feed(Input.Vectors vectors) {
        return new Query(vectors, Optional.empty(), Visibility.CAUSAL, List.of());
    }

    /// Refuses a query that a context cannot take.
    ///
    /// @param card what the model says of itself
    /// @param cached how many rows the context holds
    /// @throws IllegalArgumentException naming the value and the limit: an id outside the
    ///   vocabulary, more rows than the model holds, a visibility of another size
    /// @throws CapabilityException if the model cannot be asked this
    public void check(Card card, int cached) {
        Check.argument(
                cached + rows() <= card.maxLength(),
                "the context holds %d rows and the query adds %d; model %s holds %d in all",
                cached,
                rows(),
                card.name(),
                card.maxLength());
        switch (input) {
            case Input.Ids(Tokens tokens) ->
                    tokens.stream()
                            .filter(id -> !card.isMask(id))
                            .forEach(id -> checkId(card, id, "the query feeds"));
            case Input.Vectors _ -> card.require("a query of vectors", VECTORS);
            case Input.Made _ -> card.require("a query of what was made of rows", PIVOTS);
            case Input.Noised noised -> check(card, noised);
        }
        visibility.check(rows(), cached);
        switch (visibility) {
            case Visibility.Causal _ -> {}
            case Visibility.Full _ -> card.require("a query that sees ahead", FULL);
            case Visibility.Tree _,
                    Visibility.Ranks _,
                    Visibility.TwoStream _,
                    Visibility.Given _ ->
                    card.require("a query with a mask", ANY);
        }
        positions.ifPresent(
                ids ->
                        Check.argument(
                                ids.stream().allMatch(id -> id >= 0),
                                "a position is negative: %s; position ids begin at 0",
                                ids));
        wants.forEach(want -> check(card, want));
    }

    private void check(Card card, Input.Noised noised) {
        card.require("a query of vectors", VECTORS);
        card.require("a query of values on their way", CONTINUOUS);
        Check.argument(
                noised.told().isEmpty()
                        || wants.stream()
                                .allMatch(
                                        want ->
                                                want instanceof Want.Velocity
                                                        || want instanceof Want.Width),
                "rows that are told something say a velocity, its width and nothing else; the query"
                        + " wants %s",
                wants);
    }

    private static void check(Card card, Want want) {
        switch (want) {
            case Want.Law(int _, int from, int to) ->
                    Check.argument(
                            from >= 0
                                    && (to == Want.Law.ALL
                                            || (from < to && to <= card.vocabulary())),
                            "the query wants ids [%d, %d) of a vocabulary of %d",
                            from,
                            to,
                            card.vocabulary());
            case Want.Best(int _, int count) ->
                    Check.argument(
                            count > 0, "the query wants the best %d ids; ask for 1 or more", count);
            case Want.Scores(int _, Tokens ids) ->
                    ids.stream().forEach(id -> checkId(card, id, "the query wants the score of"));
            case Want.Hidden _ -> card.require("a query for hidden states", HIDDEN);
            case Want.Velocity _ -> card.require("a query for velocities", CONTINUOUS);
            case Want.Width _ -> card.require("a query for widths of noise", WIDTHS);
            case Want.Blend(List<Want.Voice> voices, int from, int to) -> {
                check(card, new Want.Law(0, from, to));
                for (Want.Voice voice : voices) {
                    Check.argument(
                            voice.direction() >= 0 && voice.direction() < card.directions(),
                            "the query wants direction %d; model %s looks in [0, %d)",
                            voice.direction(),
                            card.name(),
                            card.directions());
                }
            }
        }
    }

    private static void checkId(Card card, int id, String what) {
        Check.argument(
                id >= 0 && id < card.vocabulary(),
                "%s id %d; the vocabulary of model %s is [0, %d)",
                what,
                id,
                card.name(),
                card.vocabulary());
    }

    /// Whether its rows are told what they know, and see nothing that the context holds.
    public boolean isTold() {
        return input instanceof Input.Noised noised && !noised.told().isEmpty();
    }

    /// How many rows it appends.
    public int rows() {
        return input.rows();
    }

    /// Rows `[from, to)` of a causal query, wanting what was wanted of them.
    ///
    /// Fed one after the other, the slices of a query leave the same rows and the same answers as
    /// the query itself.
    ///
    /// @throws IllegalStateException if the query is not causal: its rows would see other rows
    public Query slice(int from, int to) {
        Check.state(
                visibility instanceof Visibility.Causal,
                "a query with a mask cannot be fed in slices; feed it whole");
        Input part =
                switch (input) {
                    case Input.Ids(Tokens tokens) -> new Input.Ids(tokens.slice(from, to));
                    case Input.Vectors(var vectors) -> new Input.Vectors(vectors.subList(from, to));
                    case Input.Made(var states) -> new Input.Made(states.subList(from, to));
                    case Input.Noised(var vectors, var times, var told) ->
                            new Input.Noised(
                                    vectors.subList(from, to),
                                    times.subList(from, to),
                                    told.isEmpty() ? told : told.subList(from, to));
                };
        List<Want> asked =
                wants.stream()
                        .filter(want -> want.row() >= from && want.row() < to)
                        .map(want -> want.shifted(-from))
                        .toList();
        return new Query(part, positions.map(ids -> ids.slice(from, to)), visibility, asked);
    }

    /// The same with other wants.
    public Query wanting(Want... wants) {
        return wanting(List.of(wants));
    }

    /// The same with other wants.
    public Query wanting(List<? extends Want> wants) {
        return new Query(input, positions, visibility, List.copyOf(wants));
    }

    /// The same, wanting the law of every row.
    public Query wantingEveryLaw() {
        return wanting(IntStream.range(0, rows()).mapToObj(Want.Law::new).toList());
    }

    /// The same at given positions, `[rows]`.
    public Query at(Tokens positions) {
        return new Query(input, Optional.of(positions), visibility, wants);
    }

    /// The same under another visibility.
    public Query seeing(Visibility visibility) {
        return new Query(input, positions, visibility, wants);
    }
}
