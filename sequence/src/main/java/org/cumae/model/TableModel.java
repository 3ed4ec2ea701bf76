package org.cumae.model;

import org.cumae.distribution.Categorical;
import org.cumae.noise.Noise;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// A model whose law is given: a table, or any function of what a row sees.
///
/// Decoders are proved on it, because its laws are known. What a row sees are the rows that the
/// query's visibility shows it, itself among them, in the order of their positions; so draft trees,
/// parallel queries and hidden rows mean here what they mean to a transformer.
public final class TableModel implements Model {
    private static final Set<Capability> CAPABILITIES =
            EnumSet.of(
                    Capability.NEXT_TOKEN,
                    Capability.FULL_VISIBILITY,
                    Capability.ANY_VISIBILITY,
                    Capability.ROLLBACK);
    private static final int MAX_LENGTH = 1 << 20;

    private final Card card;
    private final Function<Tokens, Categorical> law;
    private final Cost cost;

    /// A model of a law.
    ///
    /// @param card what it says of itself
    /// @param law of the value that follows the visible ids, over the card's vocabulary
    /// @param cost how long a pass takes
    public TableModel(Card card, Function<Tokens, Categorical> law, Cost cost) {
        this.card = card;
        this.law = law;
        this.cost = cost;
    }

    /// A free model of a law, as long as you like.
    ///
    /// @param vocabulary ids are `[0, vocabulary)`
    /// @param law of the value that follows the visible ids
    public static TableModel of(int vocabulary, Function<Tokens, Categorical> law) {
        return new TableModel(
                new Card("table", vocabulary, MAX_LENGTH, CAPABILITIES), law, Cost.NONE);
    }

    /// A random process: the law of each value depends on the ids before it, and is a uniformly
    /// random point of the simplex for each of their values.
    ///
    /// @param vocabulary ids are `[0, vocabulary)`
    /// @param order how many of the ids before a value its law depends on
    /// @param seed which process
    public static TableModel random(int vocabulary, int order, long seed) {
        return of(
                vocabulary,
                seen -> {
                    Noise noise = Noise.of(seed, vocabulary);
                    for (int i = Math.max(0, seen.size() - order); i < seen.size(); i++) {
                        noise = noise.at(seen.get(i));
                    }
                    Noise row = noise;
                    return Categorical.ofWeights(
                            IntStream.range(0, vocabulary).mapToDouble(row::exponential).toArray());
                });
    }

    /// The same law at a cost.
    public TableModel costing(Cost cost) {
        return new TableModel(card, law, cost);
    }

    /// The same law in another context length.
    public TableModel holding(int maxLength) {
        Card shorter = new Card(card.name(), card.vocabulary(), maxLength, card.capabilities());
        return new TableModel(shorter, law, cost);
    }

    /// The law of what follows the given ids.
    public Categorical law(Tokens seen) {
        return law.apply(seen);
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public State open() {
        return new RowState();
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        List<Answer> answers = RowState.forward(pass, this::answer);
        cost.spend(pass.stream().mapToInt(part -> part.query().rows()).sum());
        return answers;
    }

    private Answer answer(RowState state, Query query) {
        return new Answer(
                query.wants().stream()
                        .map(want -> want.answeredBy(law.apply(seen(state, query, want.row()))))
                        .toList());
    }

    private static Tokens seen(RowState state, Query query, int row) {
        int cached = state.length() - query.rows();
        return Tokens.of(
                IntStream.range(0, state.length())
                        .filter(column -> query.visibility().sees(row, column, cached))
                        .boxed()
                        .sorted(Comparator.comparingInt(state::position))
                        .mapToInt(state::token)
                        .toArray());
    }

    @Override
    public long bytes(int rows) {
        return RowState.bytes(rows);
    }

    @Override
    public void close() {}
}
