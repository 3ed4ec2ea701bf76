package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// What has a value.
sealed interface Expression {
    record Literal(@Nullable Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record Listing(List<Expression> items) implements Expression {}

    record Mapping(List<Map.Entry<Expression, Expression>> entries) implements Expression {}

    /// `of.name`, `of['name']`, `of[0]`.
    record Item(Expression of, Expression key) implements Expression {}

    /// `of[from:to:step]`.
    record Slice(
            Expression of,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step)
            implements Expression {}

    /// `function(1, name=2)`; of a method, `of` is an [Item].
    record Call(Expression of, List<Expression> values, Map<String, Expression> named)
            implements Expression {}

    /// `of | filter(1)`.
    record Filter(
            Expression of, String name, List<Expression> values, Map<String, Expression> named)
            implements Expression {}

    /// `of is test(1)`.
    record Is(Expression of, String name, List<Expression> values, boolean negated)
            implements Expression {}

    record Not(Expression of) implements Expression {}

    record Negative(Expression of) implements Expression {}

    record Both(Expression left, Expression right) implements Expression {}

    record Either(Expression left, Expression right) implements Expression {}

    /// Arithmetic, `~` and comparison.
    record Binary(String sign, Expression left, Expression right) implements Expression {}

    /// `then if condition else otherwise`.
    record Choice(Expression condition, Expression then, @Nullable Expression otherwise)
            implements Expression {}
}
