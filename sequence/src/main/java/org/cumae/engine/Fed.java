package org.cumae.engine;

import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a context holds, as it was fed: enough to build its state again, and to find others who
/// begin alike.
///
/// The rows are a line of pieces. Causal rows of ids run together into one piece, however they
/// came; the accepted path of a draft tree becomes such rows too. A cut that leaves rows which have
/// seen rows that are gone cannot be built again: everything from there on is forgotten, and
/// [#isWhole] says so.
final class Fed {
    private final List<Piece> pieces;
    private int rows;
    private int known; // rows [known, rows) cannot be built again

    Fed() {
        this(new ArrayList<>(1), 0, 0);
    }

    private Fed(List<Piece> pieces, int rows, int known) {
        this.pieces = pieces;
        this.rows = rows;
        this.known = known;
    }

    /// How many rows the context holds.
    int rows() {
        return rows;
    }

    /// Whether its state can be built again.
    boolean isWhole() {
        return known == rows;
    }

    /// The same, to be continued otherwise.
    Fed copy() {
        List<Piece> copies = new ArrayList<>(pieces.size());
        pieces.forEach(piece -> copies.add(piece.copy()));
        return new Fed(copies, rows, known);
    }

    /// Rows were fed.
    void add(Query query) {
        if (isWhole()) {
            if (query.visibility() instanceof Visibility.Causal
                    && query.input() instanceof Input.Ids(Tokens ids)) {
                addLine(ids, query.positions());
            } else {
                pieces.add(new Block(rows, query.wanting()));
            }
            known += query.rows();
        }
        rows += query.rows();
    }

    private void addLine(Tokens ids, Optional<Tokens> positions) {
        Line line;
        if (!pieces.isEmpty() && pieces.getLast() instanceof Line last) {
            line = last;
        } else {
            line = new Line(rows);
            pieces.add(line);
        }
        line.add(ids, positions);
    }

    /// Rows `[length, rows)` are gone.
    void truncate(int length) {
        while (!pieces.isEmpty() && pieces.getLast().from() >= length) {
            known = Math.min(known, pieces.removeLast().from());
        }
        if (!pieces.isEmpty() && length < known) {
            int from = pieces.getLast().from();
            if (pieces.getLast().cut(length - from)) {
                known = length;
                straighten();
            } else {
                pieces.removeLast();
                known = from;
            }
        }
        rows = length;
        known = Math.min(known, length);
    }

    /// A draft of which one chain is left is a line like any other.
    private void straighten() {
        if (pieces.getLast() instanceof Block block
                && block.isChain()
                && block.query.input() instanceof Input.Ids(Tokens ids)) {
            pieces.removeLast();
            rows = block.from;
            addLine(ids, block.query.positions());
        }
    }

    /// Of the rows from `from` on only the given ones are left.
    void keep(int from, Tokens kept) {
        if (kept.isEmpty()) {
            truncate(from);
            return;
        }
        int begin = from;
        Tokens chosen = kept;
        if (!pieces.isEmpty() && pieces.getLast() instanceof Block block && block.from < from) {
            begin = block.from; // its rows before `from` stay, and belong to the path
            chosen = Tokens.of(IntStream.range(begin, from).toArray()).plus(kept.toArray());
        }
        Optional<Path> path = isWhole() ? path(begin, chosen) : Optional.empty();
        if (path.isPresent()) {
            truncate(begin);
            addLine(path.get().ids, Optional.of(path.get().positions));
            known += chosen.size();
            rows += chosen.size();
        } else {
            truncate(from);
            rows += kept.size();
        }
    }

    /// The kept rows as causal ones, if each of them has seen just the rows that will be before it.
    private Optional<Path> path(int from, Tokens kept) {
        if (pieces.isEmpty() || kept.get(0) < pieces.getLast().from()) {
            return Optional.empty();
        }
        Piece piece = pieces.getLast();
        int begin = piece.from();
        for (int i = 0; i < kept.size(); i++) {
            for (int column = from; column < rows; column++) {
                boolean stays = column < from || isAmong(kept, i, column);
                if (piece.sees(kept.get(i) - begin, column) != stays) {
                    return Optional.empty();
                }
            }
        }
        int[] ids = new int[kept.size()];
        int[] positions = new int[kept.size()];
        for (int i = 0; i < ids.length; i++) {
            int row = kept.get(i) - begin;
            if (piece.id(row) < 0) {
                return Optional.empty();
            }
            ids[i] = piece.id(row);
            positions[i] = piece.position(row);
        }
        return Optional.of(new Path(Tokens.of(ids), Tokens.of(positions)));
    }

    private static boolean isAmong(Tokens kept, int upTo, int column) {
        for (int i = 0; i <= upTo; i++) {
            if (kept.get(i) == column) {
                return true;
            }
        }
        return false;
    }

    /// How many rows at the beginning are causal ids that each stand at their own place: what any
    /// context that begins with the same ids holds too.
    int plainRows() {
        return !pieces.isEmpty() && pieces.getFirst() instanceof Line line ? line.plain() : 0;
    }

    /// The ids of rows `[0, length)`, which must be plain.
    int[] plainIds(int length) {
        return length == 0 ? new int[0] : ((Line) pieces.getFirst()).ids(length);
    }

    /// What to feed next, and nothing asked of it, for a state that holds `length` of these rows:
    /// at most `most` rows where they can be divided.
    Query again(int length, int most) {
        for (Piece piece : pieces) {
            if (length < piece.from() + piece.size()) {
                return piece.again(length - piece.from(), most);
            }
        }
        throw new IllegalStateException("%d rows are all there is".formatted(length));
    }

    /// Whether rows `[length, rows)` are all causal ids.
    boolean isLineFrom(int length) {
        return pieces.isEmpty()
                || (pieces.getLast() instanceof Line line && line.from() <= length)
                || length == rows;
    }

    /// About how much memory this takes.
    long bytes() {
        return pieces.stream().mapToLong(Piece::bytes).sum();
    }

    private record Path(Tokens ids, Tokens positions) {}

    /// Rows that were fed with one rule.
    private sealed interface Piece {
        /// Its first row.
        int from();

        int size();

        Piece copy();

        /// Leaves rows `[0, length)`, if they have not seen the others.
        boolean cut(int length);

        /// Whether a row of the piece has seen a column of the context that lies in the piece.
        boolean sees(int row, int column);

        /// The id of a row; negative for a vector.
        int id(int row);

        int position(int row);

        Query again(int from, int most);

        long bytes();
    }

    /// Causal rows of ids.
    private static final class Line implements Piece {
        private final int from;
        private int[] ids = new int[0];
        private int[] positions = new int[0]; // empty while every row stands at its own place
        private int size;

        Line(int from) {
            this.from = from;
        }

        void add(Tokens more, Optional<Tokens> at) {
            int longer = size + more.size();
            if (longer > ids.length) {
                ids = Arrays.copyOf(ids, size == 0 ? longer : Math.max(longer, 2 * size));
            }
            for (int i = 0; i < more.size(); i++) {
                ids[size + i] = more.get(i);
            }
            if (positions.length > 0 || at.isPresent()) {
                addPositions(more.size(), at);
            }
            size = longer;
        }

        private void addPositions(int count, Optional<Tokens> at) {
            int[] added = new int[count];
            boolean own = positions.length == 0;
            for (int i = 0; i < count; i++) {
                int row = i;
                int place = from + size + i;
                added[i] = at.map(tokens -> tokens.get(row)).orElse(place);
                own &= added[i] == place;
            }
            if (own) {
                return;
            }
            int[] longer = new int[ids.length];
            for (int row = 0; row < size; row++) {
                longer[row] = position(row);
            }
            System.arraycopy(added, 0, longer, size, count);
            positions = longer;
        }

        @Override
        public int from() {
            return from;
        }

        @Override
        public int size() {
            return size;
        }

        int plain() {
            int plain = 0;
            while (plain < size && position(plain) == plain) {
                plain = positions.length == 0 ? size : plain + 1;
            }
            return plain;
        }

        int[] ids(int length) {
            return Arrays.copyOf(ids, length);
        }

        @Override
        public Line copy() {
            Line copy = new Line(from);
            copy.ids = Arrays.copyOf(ids, size);
            copy.positions = positions.length == 0 ? positions : Arrays.copyOf(positions, size);
            copy.size = size;
            return copy;
        }

        @Override
        public boolean cut(int length) {
            size = length;
            return true;
        }

        @Override
        public boolean sees(int row, int column) {
            return column <= from + row;
        }

        @Override
        public int id(int row) {
            return ids[row];
        }

        @Override
        public int position(int row) {
            return positions.length == 0 ? from + row : positions[row];
        }

        @Override
        public Query again(int begin, int most) {
            int end = Math.min(size, begin + most);
            Query query = Query.feed(Tokens.of(Arrays.copyOfRange(ids, begin, end)));
            return positions.length == 0
                    ? query
                    : query.at(Tokens.of(Arrays.copyOfRange(positions, begin, end)));
        }

        @Override
        public long bytes() {
            return 4L * (ids.length + positions.length);
        }
    }

    /// Rows under any other rule, or of vectors.
    private static final class Block implements Piece {
        private final int from;
        private Query query;
        private int size;

        Block(int from, Query query) {
            this.from = from;
            this.query = query;
            this.size = query.rows();
        }

        @Override
        public int from() {
            return from;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Block copy() {
            Block copy = new Block(from, query);
            copy.size = size;
            return copy;
        }

        @Override
        public boolean cut(int length) {
            Optional<Visibility> rule = first(length);
            rule.ifPresent(
                    visibility -> {
                        query = query.seeing(Visibility.CAUSAL).slice(0, length).seeing(visibility);
                        size = length;
                    });
            return rule.isPresent();
        }

        /// Whether each row has seen all before it.
        boolean isChain() {
            return query.visibility() instanceof Visibility.Tree(List<Integer> parents)
                    && IntStream.range(0, parents.size()).allMatch(i -> parents.get(i) == i - 1);
        }

        /// The rule among the first so many rows, if none of them has seen a later one.
        private Optional<Visibility> first(int length) {
            return switch (query.visibility()) {
                case Visibility.Causal causal -> Optional.of(causal);
                case Visibility.Full _ -> Optional.empty();
                case Visibility.Tree(List<Integer> parents) ->
                        Optional.of(new Visibility.Tree(parents.subList(0, length)));
                case Visibility.Ranks(List<Integer> ranks) ->
                        Collections.max(ranks.subList(0, length))
                                        < Collections.min(ranks.subList(length, size))
                                ? Optional.of(new Visibility.Ranks(ranks.subList(0, length)))
                                : Optional.empty();
                case Visibility.TwoStream rule -> first(rule, length);
                case Visibility.Given(List<BitSet> columns) ->
                        columns.subList(0, length).stream()
                                        .allMatch(row -> row.length() <= from + length)
                                ? Optional.of(new Visibility.Given(columns.subList(0, length)))
                                : Optional.empty();
            };
        }

        private Optional<Visibility> first(Visibility.TwoStream rule, int length) {
            for (int row = 0; row < length; row++) {
                for (int later = length; later < size; later++) {
                    if (rule.sees(row, later, 0)) {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(rule.first(length));
        }

        @Override
        public boolean sees(int row, int column) {
            return query.visibility().sees(row, column, from);
        }

        @Override
        public int id(int row) {
            return query.input() instanceof Input.Ids(Tokens ids) ? ids.get(row) : -1;
        }

        @Override
        public int position(int row) {
            return query.positions().map(at -> at.get(row)).orElse(from + row);
        }

        @Override
        public Query again(int begin, int most) {
            return query.visibility() instanceof Visibility.Causal
                    ? query.slice(begin, Math.min(size, begin + most))
                    : query;
        }

        @Override
        public long bytes() {
            return 8L * size;
        }
    }
}
