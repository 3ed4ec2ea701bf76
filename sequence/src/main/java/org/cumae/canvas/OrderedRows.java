package org.cumae.canvas;

import org.cumae.Check;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Rows of a query in the making, in two streams: what variables are, and questions after what they
/// are, each at the position of its address and at a rank of an order.
///
/// A variable is one row, its code; a question is one row, its pointer. Who sees whom says
/// [Visibility.TwoStream]: questions see content of lower ranks, so that the conditionals of a
/// whole order can be asked in one pass, with the values that they are conditional on beside them.
public final class OrderedRows {
    private final Layout layout;
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private final List<Integer> ranks = new ArrayList<>();
    private final BitSet questions = new BitSet();
    private final List<Want> wants = new ArrayList<>();

    /// No row yet.
    public OrderedRows(Layout layout) {
        this.layout = layout;
    }

    /// A variable's value.
    ///
    /// @param rank what is known from the beginning is of one rank, and sees each other
    /// @return this
    /// @throws IllegalArgumentException if the value does not fit the layout, or has several codes
    public OrderedRows content(Element element, int rank) {
        Check.state(wants.isEmpty(), "content must come before the questions");
        layout.check(element);
        requireOneLevel(element.address());
        add(element.codes().get(0), layout.position(element.address(), 1), rank);
        return this;
    }

    /// A question after a variable, given the content of lower ranks.
    ///
    /// @return this
    /// @throws IllegalArgumentException if the variable has several codes
    public OrderedRows ask(Address address, int rank) {
        requireOneLevel(address);
        Span codes = layout.field(address).type().codes().getFirst();
        questions.set(tokens.size());
        wants.add(new Want.Law(tokens.size(), codes.from(), codes.to()));
        add(layout.pointer(address), layout.position(address, 0), rank);
        return this;
    }

    private void requireOneLevel(Address address) {
        TokenType type = layout.field(address).type();
        Check.argument(
                type.levels() == 1,
                "type %s has %d code levels; variables in two streams have one. Give each level a type",
                type.name(),
                type.levels());
    }

    private void add(int token, int position, int rank) {
        tokens.add(token);
        positions.add(position);
        ranks.add(rank);
    }

    /// How many rows there are.
    public int size() {
        return tokens.size();
    }

    /// How many of them are content: they come first.
    public int contents() {
        return tokens.size() - wants.size();
    }

    /// The ids, `[size]`.
    public Tokens tokens() {
        return line(tokens);
    }

    /// Where the rows stand, `[size]`.
    public Tokens positions() {
        return line(positions);
    }

    /// Who sees whom.
    public Visibility.TwoStream visibility() {
        return new Visibility.TwoStream(ranks, questions);
    }

    /// The query: one law for each question, in the order of asking.
    ///
    /// @throws IllegalArgumentException if there is no row
    public Query query() {
        return new Query(new Input.Ids(tokens()), Optional.of(positions()), visibility(), wants);
    }

    private static Tokens line(List<Integer> ids) {
        return Tokens.of(ids.stream().mapToInt(Integer::intValue).toArray());
    }
}
