package org.cumae.net;

import org.cumae.Check;
import org.cumae.model.State;
import org.cumae.model.Tokens;

/// What a model remembers of one context: keys and values of layers that attend, and the memories
/// of layers that roll.
final class Cache implements State {
    private final Transformer owner;
    private final KvCache keys;
    private final Memories memories;
    private int condition; // the id that its first row was, of a model of pictures
    private int length;
    private int loose; // of its last rows, those that were told what they know and left no keys
    private boolean closed;

    Cache(Transformer owner) {
        this(owner, new KvCache(owner.config(), owner.device()), new Memories(owner.device()), 0);
    }

    private Cache(Transformer owner, KvCache keys, Memories memories, int length) {
        this.owner = owner;
        this.keys = keys;
        this.memories = memories;
        this.length = length;
    }

    /// Whether it holds rows of this very model.
    boolean isOf(Transformer model) {
        return owner == model;
    }

    KvCache keys() {
        return keys;
    }

    Memories memories() {
        return memories;
    }

    @Override
    public int length() {
        return length;
    }

    /// Makes room. Needs an open scope.
    void reserve(int rows) {
        checkOpen();
        Check.argument(
                loose == 0,
                "a context of model %s holds %d values on their way out of noise; take them back"
                        + " before others are fed",
                owner.config().name(),
                loose);
        if (owner.config().attends()) {
            keys.reserve(rows);
        }
    }

    /// The id of its condition.
    ///
    /// @param first the id of a query's first row, which it is where nothing is held yet
    int condition(int first) {
        return length == 0 ? first : condition;
    }

    /// The rows of a pass are there from now on.
    ///
    /// @param first the id of its first row
    void commit(int[] positions, int first) {
        condition = condition(first);
        commit(positions);
    }

    /// The rows of a pass are there from now on.
    void commit(int[] positions) {
        if (owner.config().attends()) {
            keys.commit(positions);
        }
        if (owner.config().rolls()) {
            memories.commit(positions.length);
        }
        length += positions.length;
    }

    /// Rows that left nothing are there until they are taken back.
    void commitLoose(int[] positions) {
        commit(positions);
        loose += positions.length;
    }

    @Override
    public int nearest(int length) {
        return owner.config().rolls() ? memories.nearest(length) : length;
    }

    @Override
    public Cache fork() {
        return fork(length);
    }

    @Override
    public Cache fork(int rows) {
        checkOpen();
        checkCut(rows);
        int kept = owner.config().attends() ? rows : 0;
        Cache copy = new Cache(owner, keys.copy(kept), memories.copy(rows), rows);
        copy.condition = condition;
        copy.loose = Math.max(0, loose - (length - rows));
        return copy;
    }

    @Override
    public void truncate(int length) {
        checkOpen();
        checkCut(length);
        cut(length);
    }

    private void cut(int length) {
        keys.truncate(length);
        memories.back(length);
        loose = Math.max(0, loose - (this.length - length));
        this.length = length;
    }

    private void checkCut(int rows) {
        State.checkTruncate(rows, length);
        Check.argument(
                nearest(rows) == rows,
                "model %s remembers no row by itself, and of %d rows cannot go back to %d; go back to"
                        + " %d and feed the rest again",
                owner.config().name(),
                length,
                rows,
                nearest(rows));
    }

    @Override
    public void keep(int from, Tokens rows) {
        checkOpen();
        State.checkKeep(from, rows, length);
        checkCut(from);
        Check.argument(
                rows.isEmpty() || !owner.config().rolls(),
                "model %s remembers no single rows; take rows back from the end",
                owner.config().name());
        if (rows.isEmpty()) {
            cut(from);
        } else {
            keys.keep(from, rows);
            length = from + rows.size();
        }
    }

    @Override
    public long bytes() {
        return keys.bytes() + memories.bytes();
    }

    @Override
    public void close() {
        keys.close();
        memories.close();
        closed = true;
        length = 0;
    }

    private void checkOpen() {
        Check.state(!closed, "this context is closed; open another");
    }
}
