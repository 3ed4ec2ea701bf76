package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What writes, binds or steers.
sealed interface Node {
    record Text(String text) implements Node {}

    record Show(Expression value) implements Node {}

    /// The first branch whose condition holds; an `else` has a true condition.
    record If(List<Branch> branches) implements Node {}

    record Branch(Expression condition, List<Node> body) {}

    record For(
            List<String> names,
            Expression items,
            @Nullable Expression condition,
            List<Node> body,
            List<Node> otherwise)
            implements Node {}

    /// Binds names to a value; more than one name takes a list apart.
    record Set(List<String> names, Expression value) implements Node {}

    /// `set namespace.name = value`.
    record SetField(String namespace, String name, Expression value) implements Node {}

    /// Binds a name to what the body writes.
    record Capture(String name, List<Node> body) implements Node {}

    record Macro(String name, List<Parameter> parameters, List<Node> body) implements Node {}

    record Parameter(String name, @Nullable Expression standard) {}

    /// A body without a meaning of its own: `generation`.
    record Block(List<Node> body) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}
}
