package org.cumae.canvas;

import org.cumae.Check;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows of a query in the making: known variables, and questions after unknown ones, as pointers
/// and codes at the positions of their addresses.
///
/// A variable is its pointer followed by its codes, each row seeing all before it. A question is
/// its pointer and the codes of its first levels: it sees what is known and itself, but no other
/// question, so that many asked at once get the answers they would get alone (mask rule of PSI,
/// arXiv 2509.09737). What follows the last row of a question is its next code.
public final class PointerRows {
    private final Layout layout;
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private final List<Integer> parents = new ArrayList<>();
    private final List<Want> wants = new ArrayList<>();
    private int known; // rows that are known variables; they come first
    private boolean branches; // some row sees less than all before it

    /// No row yet.
    public PointerRows(Layout layout) {
        this.layout = layout;
    }

    /// A known variable.
    ///
    /// @return this
    /// @throws IllegalArgumentException if the value does not fit the layout
    public PointerRows known(Element element) {
        layout.check(element);
        return knownRow(element.address(), 0, layout.pointer(element.address()))
                .knownCodes(element.address(), 0, element.codes());
    }

    /// A single known row: the pointer (slot 0), or the code of level `slot - 1`.
    public PointerRows knownRow(Address address, int slot, int token) {
        Check.state(wants.isEmpty(), "what is known must come before the questions");
        add(token, layout.position(address, slot), tokens.size() - 1);
        known++;
        return this;
    }

    private PointerRows knownCodes(Address address, int from, Tokens codes) {
        for (int level = from; level < codes.size(); level++) {
            knownRow(address, level + 1, codes.get(level));
        }
        return this;
    }

    /// Asks for the code that follows the last known row, whose address and level these are.
    public PointerRows askAfterKnown(Address address, int level) {
        wants.add(want(tokens.size() - 1, address, level));
        return this;
    }

    /// Asks for the next code of an unknown variable.
    ///
    /// @param address where it lives
    /// @param codes of its first levels, as far as they are drawn
    /// @return this
    /// @throws IllegalArgumentException if all its levels have a code
    public PointerRows ask(Address address, Tokens codes) {
        int parent = known - 1;
        branches |= tokens.size() > known;
        add(layout.pointer(address), layout.position(address, 0), parent);
        for (int level = 0; level < codes.size(); level++) {
            add(codes.get(level), layout.position(address, level + 1), tokens.size() - 1);
        }
        wants.add(want(tokens.size() - 1, address, codes.size()));
        return this;
    }

    private Want want(int row, Address address, int level) {
        TokenType type = layout.field(address).type();
        Check.argument(
                level < type.levels(),
                "%s has all its %d codes; there is nothing to ask",
                address,
                type.levels());
        Span codes = type.codes().get(level);
        return new Want.Law(row, codes.from(), codes.to());
    }

    private void add(int token, int position, int parent) {
        tokens.add(token);
        positions.add(position);
        parents.add(parent);
    }

    /// How many rows there are.
    public int size() {
        return tokens.size();
    }

    /// How many of them are known variables: what should stay in the context.
    public int knownRows() {
        return known;
    }

    /// The query: one law for each question, in the order of asking.
    ///
    /// @throws IllegalArgumentException if there is no row
    public Query query() {
        return new Query(
                new Input.Ids(line(tokens)),
                Optional.of(line(positions)),
                branches ? new Visibility.Tree(parents) : Visibility.CAUSAL,
                wants);
    }

    private static Tokens line(List<Integer> ids) {
        return Tokens.of(ids.stream().mapToInt(Integer::intValue).toArray());
    }
}
