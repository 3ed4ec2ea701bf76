package org.cumae.picture;

import org.cumae.model.State;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.List;

/// What a model of these tests was fed, row by row; rows are taken back from the end.
///
/// @param <E> what is known of a row
/// @param positions where rows stand
/// @param rows what was fed there
record HeldRows<E>(List<Integer> positions, List<E> rows) implements State {
    /// Nothing yet.
    HeldRows() {
        this(new ArrayList<>(), new ArrayList<>());
    }

    void add(int position, E row) {
        positions.add(position);
        rows.add(row);
    }

    @Override
    public int length() {
        return rows.size();
    }

    @Override
    public State fork() {
        return new HeldRows<>(new ArrayList<>(positions), new ArrayList<>(rows));
    }

    @Override
    public void truncate(int length) {
        positions.subList(length, positions.size()).clear();
        rows.subList(length, rows.size()).clear();
    }

    @Override
    public void keep(int from, Tokens kept) {
        throw new UnsupportedOperationException("rows are taken back from the end");
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
