package org.cumae.grammar;

import org.cumae.Check;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A grammar as states over bytes, with a stack of states to come back to.
///
/// A [Position] is all that the bytes so far may mean, as a set of readings. Positions that were
/// seen are kept, with what each byte makes of them, so that walking the same ways again costs one
/// look-up a byte. Safe for any thread.
final class Automaton {
    private static final int MOST_STATES = 400_000; // some 30 MB
    private static final int MOST_POSITIONS = 4096; // kept; some 10 MB

    private final List<State> states = new ArrayList<>();
    private final Map<String, Integer> entries = new HashMap<>();
    private final Map<Set<Reading>, Position> known = new ConcurrentHashMap<>();
    private final Position begin;

    private sealed interface State {
        /// One byte, `from` to `to`, and what comes after it.
        record Octet(int from, int to, int next) implements State {}

        /// Any of these, without a byte.
        record Split(int[] next) implements State {}

        /// A named rule, and what comes after it.
        record Call(String name, int next) implements State {}

        /// The end of a named rule, or of the text.
        record Return() implements State {}
    }

    /// What is to be done after a named rule has ended.
    ///
    /// Compared as deep as texts are nested, and so without recursion.
    private static final class Frame {
        private final int state;
        private final @Nullable Frame under;
        private final int depth;
        private final int hash;

        Frame(int state, @Nullable Frame under) {
            this.state = state;
            this.under = under;
            this.depth = under == null ? 1 : under.depth + 1;
            this.hash = 31 * (under == null ? 7 : under.hash) + state;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (!(other instanceof Frame that) || that.depth != depth) {
                return false;
            }
            Frame a = this;
            Frame b = that;
            while (a != b) { // of one depth, they end together
                if (a == null || b == null || a.hash != b.hash || a.state != b.state) {
                    return false;
                }
                a = a.under;
                b = b.under;
            }
            return true;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /// One reading of the bytes so far: a state, and where to come back to.
    private record Reading(int state, @Nullable Frame stack) {}

    /// Where a text stands.
    final class Position {
        private final List<Reading> readings; // before a byte
        private final boolean whole;
        private final @Nullable Position[] next = new Position[256]; // races write equal values

        private Position(List<Reading> readings, boolean whole) {
            this.readings = readings;
            this.whole = whole;
        }

        /// Whether the text may end here.
        boolean isWhole() {
            return whole;
        }

        /// Whether a byte may follow.
        boolean goesOn() {
            return !readings.isEmpty();
        }

        /// Whether no text of the language begins like this.
        boolean isLost() {
            return readings.isEmpty() && !whole;
        }

        /// The position after one more byte.
        Position after(int octet) {
            Position found = next[octet];
            if (found == null) {
                found = step(this, octet);
                next[octet] = found;
            }
            return found;
        }
    }

    /// @throws IllegalArgumentException if a rule is its own first part, or the grammar is too
    ///   large
    Automaton(Grammar grammar) {
        int end = add(new State.Return());
        grammar.rules()
                .keySet()
                .forEach(name -> entries.put(name, add(new State.Split(new int[1]))));
        grammar.rules().forEach((name, rule) -> head(entry(name), states(rule, end)));
        entries.forEach((name, entry) -> close(name, new Reading(entry, null)));
        this.begin = position(Set.of(new Reading(states(grammar.start(), end), null)));
    }

    private void head(int split, int first) {
        ((State.Split) states.get(split)).next[0] = first;
    }

    private int entry(String name) {
        return Objects.requireNonNull(entries.get(name), name); // grammars know their names
    }

    Position begin() {
        return begin;
    }

    private int add(State state) {
        Check.argument(
                states.size() < MOST_STATES,
                "the grammar has more than %d states; ask for less, or set lower counts and"
                        + " lengths",
                MOST_STATES);
        states.add(state);
        return states.size() - 1;
    }

    /// The first state of a rule that is followed by `next`.
    private int states(Rule rule, int next) {
        return switch (rule) {
            case Rule.Literal(String text) -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int state = next;
                for (int i = bytes.length - 1; i >= 0; i--) {
                    state = add(new State.Octet(bytes[i] & 0xFF, bytes[i] & 0xFF, state));
                }
                yield state;
            }
            case Rule.OneCharacter(CharacterSet set) -> {
                List<int[][]> sequences = set.utf8();
                int[] heads = new int[sequences.size()];
                for (int i = 0; i < heads.length; i++) {
                    int[][] sequence = sequences.get(i);
                    int state = next;
                    for (int place = sequence.length - 1; place >= 0; place--) {
                        state = add(new State.Octet(sequence[place][0], sequence[place][1], state));
                    }
                    heads[i] = state;
                }
                yield heads.length == 1 ? heads[0] : add(new State.Split(heads));
            }
            case Rule.InOrder(List<Rule> parts) -> {
                int state = next;
                for (Rule part : parts.reversed()) {
                    state = states(part, state);
                }
                yield state;
            }
            case Rule.OneOf(List<Rule> choices) ->
                    add(
                            new State.Split(
                                    choices.stream().mapToInt(one -> states(one, next)).toArray()));
            case Rule.Repeated(Rule one, int least, int most) -> repeated(one, least, most, next);
            case Rule.Named(String name) -> add(new State.Call(name, next));
        };
    }

    private int repeated(Rule one, int least, int most, int next) {
        int state = next;
        if (most == Rule.ENDLESS) {
            int[] again = {0, next};
            state = add(new State.Split(again));
            again[0] = states(one, state);
        } else {
            for (int i = least; i < most; i++) {
                state = add(new State.Split(new int[] {states(one, state), next}));
            }
        }
        for (int i = 0; i < least; i++) {
            state = states(one, state);
        }
        return state;
    }

    private Position step(Position position, int octet) {
        Set<Reading> heads = new HashSet<>();
        for (Reading reading : position.readings) {
            State.Octet state = (State.Octet) states.get(reading.state);
            if (octet >= state.from && octet <= state.to) {
                heads.add(new Reading(state.next, reading.stack));
            }
        }
        return position(heads);
    }

    private Position position(Set<Reading> heads) {
        Set<Reading> all = new HashSet<>();
        boolean whole = false;
        for (Reading head : heads) {
            whole |= close("the text", head, all);
        }
        List<Reading> readings =
                all.stream().filter(each -> states.get(each.state) instanceof State.Octet).toList();
        Set<Reading> key = new HashSet<>(readings);
        if (whole) {
            key.add(new Reading(-1, null));
        }
        if (known.size() >= MOST_POSITIONS) {
            known.clear();
        }
        boolean isWhole = whole;
        return known.computeIfAbsent(key, _ -> new Position(readings, isWhole));
    }

    private void close(String name, Reading head) {
        close(name, head, new HashSet<>());
    }

    /// Adds what is reached from a reading without a byte.
    ///
    /// @return whether the end of the text is among it
    private boolean close(String name, Reading head, Set<Reading> into) {
        int deepest = depth(head.stack) + entries.size() + 1;
        boolean whole = false;
        Deque<Reading> open = new ArrayDeque<>(List.of(head));
        while (!open.isEmpty()) {
            Reading reading = open.pop();
            if (!into.add(reading)) {
                continue;
            }
            switch (states.get(reading.state)) {
                case State.Octet _ -> {}
                case State.Split(int[] next) -> {
                    for (int state : next) {
                        open.push(new Reading(state, reading.stack));
                    }
                }
                case State.Call(String called, int next) -> {
                    // What ends with a call needs no coming back.
                    Frame stack =
                            states.get(next) instanceof State.Return
                                    ? reading.stack
                                    : new Frame(next, reading.stack);
                    Check.argument(
                            depth(stack) <= deepest,
                            "in the grammar, %s is its own first part; write it as a repetition",
                            name);
                    open.push(new Reading(entry(called), stack));
                }
                case State.Return() -> {
                    if (reading.stack == null) {
                        whole = true;
                    } else {
                        open.push(new Reading(reading.stack.state, reading.stack.under));
                    }
                }
            }
        }
        return whole;
    }

    private static int depth(@Nullable Frame stack) {
        return stack == null ? 0 : stack.depth;
    }
}
