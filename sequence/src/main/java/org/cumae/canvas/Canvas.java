package org.cumae.canvas;

import org.cumae.Check;
import org.cumae.model.Tokens;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known: some of a layout's variables with their values, in the order in which they became
/// known.
///
/// Used by one thread at a time.
public final class Canvas {
    private final Layout layout;
    private final Map<Address, Element> known = new LinkedHashMap<>();

    /// Nothing is known yet.
    public Canvas(Layout layout) {
        this.layout = layout;
    }

    /// Where variables live.
    public Layout layout() {
        return layout;
    }

    /// A variable becomes known. Being told the same again changes nothing.
    ///
    /// @return this
    /// @throws IllegalArgumentException if it is known with another value, or the value does not
    ///   fit the layout
    public Canvas observe(Element element) {
        layout.check(element);
        Element before = known.putIfAbsent(element.address(), element);
        Check.argument(
                before == null || before.equals(element),
                "%s is told to be %s and was %s before; a variable has one value",
                element.address(),
                element.codes(),
                before == null ? "unknown" : before.codes());
        return this;
    }

    /// A variable becomes known.
    ///
    /// @param address where it lives
    /// @param codes its codes, coarse first
    /// @return this
    /// @throws IllegalArgumentException as [#observe(Element)]
    public Canvas observe(Address address, int... codes) {
        return observe(new Element(address, Tokens.of(codes)));
    }

    /// The value of a variable, if it is known.
    public Optional<Tokens> codes(Address address) {
        return Optional.ofNullable(known.get(address)).map(Element::codes);
    }

    /// All that is known, in the order of observation.
    public List<Element> elements() {
        return List.copyOf(known.values());
    }

    /// What is not known of some variables, in their order.
    public List<Address> unknown(Collection<Address> addresses) {
        return addresses.stream().filter(address -> !known.containsKey(address)).toList();
    }

    /// A copy that lives its own life.
    public Canvas copy() {
        Canvas copy = new Canvas(layout);
        copy.known.putAll(known);
        return copy;
    }

    /// Whether the same is known, in whatever order it became so.
    @Override
    public boolean equals(Object other) {
        return other instanceof Canvas canvas
                && layout.equals(canvas.layout)
                && known.equals(canvas.known);
    }

    @Override
    public int hashCode() {
        return known.hashCode();
    }

    @Override
    public String toString() {
        return known.values().toString();
    }
}
