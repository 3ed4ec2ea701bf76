package org.cumae.grammar;

import org.cumae.Check;

import java.util.List;

/// What a part of a text looks like.
public sealed interface Rule {
    /// Repeated without end.
    int ENDLESS = Integer.MAX_VALUE;

    /// Nothing at all.
    Rule NOTHING = new Literal("");

    /// Exactly this text.
    record Literal(String text) implements Rule {}

    /// One character of a set.
    record OneCharacter(CharacterSet set) implements Rule {}

    /// All of these, one after the other.
    record InOrder(List<Rule> parts) implements Rule {
        /// Copies.
        public InOrder {
            parts = List.copyOf(parts);
        }
    }

    /// One of these.
    record OneOf(List<Rule> choices) implements Rule {
        /// Copies.
        public OneOf {
            choices = List.copyOf(choices);
        }
    }

    /// The same again and again.
    ///
    /// @param rule what is repeated
    /// @param least how often at least
    /// @param most how often at most; [#ENDLESS] for no limit
    record Repeated(Rule rule, int least, int most) implements Rule {
        /// Checks the counts.
        public Repeated {
            Check.argument(
                    least >= 0 && least <= most,
                    "a part is repeated %d to %d times; the first must lie in [0, the second]",
                    least,
                    most);
        }
    }

    /// What the grammar knows under this name.
    record Named(String name) implements Rule {}

    /// Exactly this text.
    static Rule text(String text) {
        return new Literal(text);
    }

    /// All of these, one after the other.
    static Rule all(Rule... parts) {
        return new InOrder(List.of(parts));
    }

    /// One of these.
    static Rule any(Rule... choices) {
        return new OneOf(List.of(choices));
    }

    /// This, or nothing.
    static Rule maybe(Rule rule) {
        return new Repeated(rule, 0, 1);
    }

    /// One character in a range.
    static Rule between(char from, char to) {
        return new OneCharacter(CharacterSet.of(from, to));
    }
}
