package org.cumae.engine;

import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Input;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A model whose every row is a hash of its id, its position and all rows that it has seen, as keys
/// and values of a transformer are: whoever builds a state in another way than it was built first
/// gets other laws.
final class HashModel implements Model {
    static final int VOCABULARY = 13;
    static final int BYTES_PER_ROW = 100;

    private final Card card;
    final AtomicInteger states = new AtomicInteger();
    volatile Consumer<List<Part>> before = _ -> {};
    volatile int largest; // rows of a pass

    HashModel(Set<Capability> capabilities, int maxLength) {
        this.card = new Card("hash", VOCABULARY, maxLength, capabilities);
    }

    HashModel() {
        this(
                EnumSet.of(
                        Capability.NEXT_TOKEN,
                        Capability.ROLLBACK,
                        Capability.FULL_VISIBILITY,
                        Capability.ANY_VISIBILITY),
                1 << 16);
    }

    /// The same without taking rows back.
    static HashModel withoutRollback() {
        return new HashModel(EnumSet.of(Capability.NEXT_TOKEN), 1 << 16);
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public State open() {
        return new Rows(List.of());
    }

    @Override
    public long bytes(int rows) {
        return (long) BYTES_PER_ROW * rows;
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        before.accept(pass);
        largest = Math.max(largest, pass.stream().mapToInt(p -> p.query().rows()).sum());
        return pass.stream().map(part -> answer((Rows) part.state(), part.query())).toList();
    }

    private static Answer answer(Rows state, Query query) {
        int cached = state.rows.size();
        Tokens ids = query.input() instanceof Input.Ids(Tokens tokens) ? tokens : Tokens.NONE;
        List<Long> seen = new ArrayList<>(state.rows);
        List<Long> fresh = new ArrayList<>();
        for (int row = 0; row < query.rows(); row++) { // first what they are, then what they saw
            int at = row;
            int position = query.positions().map(p -> p.get(at)).orElse(cached + at);
            fresh.add(31L * ids.get(row) + 1_000_003L * position);
        }
        seen.addAll(fresh);
        for (int row = 0; row < query.rows(); row++) {
            Noise noise = Noise.of(fresh.get(row), 0);
            for (int column = 0; column < cached + query.rows(); column++) {
                if (column != cached + row && query.visibility().sees(row, column, cached)) {
                    // later rows are seen as they came in: enough to tell who saw whom
                    long value = column < cached + row ? state.row(column) : seen.get(column);
                    noise = noise.at(value);
                }
            }
            state.rows.add(noise.bits(0));
        }
        return new Answer(
                query.wants().stream()
                        .map(want -> want.answeredBy(law(state.row(cached + want.row()))))
                        .toList());
    }

    private static Categorical law(long row) {
        Noise noise = Noise.of(row, 1);
        return Categorical.ofWeights(
                IntStream.range(0, VOCABULARY).mapToDouble(noise::exponential).toArray());
    }

    /// What a state's rows are, for comparing states.
    static List<Long> rows(State state) {
        return List.copyOf(((Rows) state).rows);
    }

    @Override
    public void close() {}

    private final class Rows implements State {
        private List<Long> rows;
        private boolean closed;

        Rows(List<Long> rows) {
            this.rows = new ArrayList<>(rows);
            states.incrementAndGet();
        }

        long row(int index) {
            return rows.get(index);
        }

        @Override
        public int length() {
            return rows.size();
        }

        @Override
        public State fork() {
            return new Rows(rows);
        }

        @Override
        public void truncate(int length) {
            keep(length, Tokens.NONE);
        }

        @Override
        public void keep(int from, Tokens kept) {
            card.require("taking rows back", EnumSet.of(Capability.ROLLBACK));
            List<Long> rest = new ArrayList<>(rows.subList(0, from));
            kept.stream().mapToObj(rows::get).forEach(rest::add);
            rows = rest;
        }

        @Override
        public long bytes() {
            return (long) BYTES_PER_ROW * rows.size();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                states.decrementAndGet();
            }
        }
    }
}
