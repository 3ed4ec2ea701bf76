package org.cumae.reproduce;

import org.cumae.Check;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One of the 48 methods.
///
/// @param number 1 to 48
/// @param name of the paper, with the short name in brackets
/// @param arxiv the number by which arXiv knows the paper
/// @param state how far it is here
/// @param classes its classes, by their full names
/// @param recipe the recipe that puts them together, a path in the repository
public record Method(
        int number,
        String name,
        String arxiv,
        State state,
        List<String> classes,
        Optional<String> recipe) {
    /// How far a method is.
    public enum State {
        /// Nothing of it is there.
        PLANNED("not built"),
        /// Some of its classes are there.
        PARTS("parts"),
        /// It can be used.
        BUILT("built");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /// The state as people read it.
        @Override
        public String toString() {
            return words;
        }

        static State parse(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /// Refuses a state that the classes contradict.
    public Method {
        classes = List.copyOf(classes);
        Check.argument(
                (state == State.PLANNED) == classes.isEmpty(),
                "method %d is %s and has %d classes; only a method that is not built has none",
                number,
                state,
                classes.size());
    }

    /// Two digits and the name, as messages call it.
    public String title() {
        return "%02d %s".formatted(number, name);
    }
}
