package org.cumae.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// A state of models that compute nothing ahead: each row is an id at a position.
public final class RowState implements State {
    private record Row(int token, int position) {}

    private static final int BYTES_PER_ROW = 24;

    private List<Row> rows;

    /// No rows.
    public RowState() {
        this(List.of());
    }

    private RowState(List<Row> rows) {
        this.rows = new ArrayList<>(rows);
    }

    /// The id of a row.
    public int token(int row) {
        return rows.get(row).token;
    }

    /// Where a row stands.
    public int position(int row) {
        return rows.get(row).position;
    }

    /// A copy that holds the rows of a query as well.
    ///
    /// @throws IllegalArgumentException if the query feeds vectors
    public RowState plus(Query query) {
        RowState longer = new RowState(rows);
        Tokens tokens =
                switch (query.input()) {
                    case Input.Ids(Tokens ids) -> ids;
                    case Input.Vectors _, Input.Made _, Input.Noised _ ->
                            throw new IllegalArgumentException(
                                    "the model knows ids and no vectors; feed ids");
                };
        for (int i = 0; i < tokens.size(); i++) {
            int row = i;
            int position = query.positions().map(at -> at.get(row)).orElse(rows.size() + row);
            longer.rows.add(new Row(tokens.get(row), position));
        }
        return longer;
    }

    /// Appends the rows of a pass to its states and answers each part from its own rows. Nothing is
    /// appended before everything is answered.
    ///
    /// @param pass whose states are of this kind
    /// @param answer of a query, from the rows with its own
    public static List<Answer> forward(
            List<Model.Part> pass, BiFunction<RowState, Query, Answer> answer) {
        List<RowState> after = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        for (Model.Part part : pass) {
            RowState longer = ((RowState) part.state()).plus(part.query());
            after.add(longer);
            answers.add(answer.apply(longer, part.query()));
        }
        for (int i = 0; i < pass.size(); i++) {
            ((RowState) pass.get(i).state()).become(after.get(i));
        }
        return answers;
    }

    /// Takes over the rows of another state, which is not used any more.
    public void become(RowState other) {
        rows = other.rows;
    }

    @Override
    public int length() {
        return rows.size();
    }

    @Override
    public RowState fork() {
        return new RowState(rows);
    }

    @Override
    public RowState fork(int length) {
        State.checkTruncate(length, rows.size());
        return new RowState(rows.subList(0, length));
    }

    @Override
    public void truncate(int length) {
        State.checkTruncate(length, rows.size());
        rows.subList(length, rows.size()).clear();
    }

    @Override
    public void keep(int from, Tokens kept) {
        State.checkKeep(from, kept, rows.size());
        List<Row> rest = new ArrayList<>(rows.subList(0, from));
        kept.stream().mapToObj(rows::get).forEach(rest::add);
        rows = rest;
    }

    @Override
    public long bytes() {
        return bytes(rows.size());
    }

    /// How much memory so many rows take.
    public static long bytes(int rows) {
        return (long) BYTES_PER_ROW * rows;
    }

    @Override
    public void close() {
        rows = new ArrayList<>();
    }
}
