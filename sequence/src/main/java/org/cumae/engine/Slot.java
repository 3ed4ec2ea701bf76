package org.cumae.engine;

import org.cumae.model.Model;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.jspecify.annotations.Nullable;

/// Where the engine's thread keeps the state of one context. No other thread may look inside.
///
/// A slot whose memory was needed has no state but still knows what it was fed; the state is built
/// again before the next question is put to it.
final class Slot {
    final Ticket ticket;
    private final Model model;
    private final Memory memory;
    private Fed fed = new Fed();
    private @Nullable State state;
    private @Nullable Throwable broken;
    private int target; // rows it will hold when the question at hand is answered; 0 without one
    private boolean fork;
    private long counted; // bytes, as the memory's accounts have them
    private boolean released;

    Slot(Ticket ticket, Model model, Memory memory) {
        this.ticket = ticket;
        this.model = model;
        this.memory = memory;
    }

    Fed fed() {
        return fed;
    }

    /// How many rows the state holds; less than were fed while it is built again.
    int length() {
        return state == null ? 0 : state.length();
    }

    /// Rows that must be fed again before anything else.
    int missing() {
        return fed.rows() - length();
    }

    /// The state, opened on first use.
    ///
    /// @throws IllegalStateException caused by what broke this context before, if something did
    State state() {
        if (broken != null) {
            throw new IllegalStateException("the context is broken; close it", broken);
        }
        if (state == null) {
            state = model.open();
        }
        return state;
    }

    boolean canBeRebuilt() {
        return fed.isWhole() && broken == null;
    }

    /// Takes over a state that holds the first rows of what was fed.
    void adopt(State state) {
        free();
        this.state = state;
        count();
    }

    /// Continues what another slot holds.
    void fork(Slot original) {
        fed = original.fed.copy();
        broken = original.broken;
        fork = true;
        if (original.state != null) {
            state = original.state.fork();
        }
        count();
    }

    /// Rows `[from, length)` are given up, but for the kept ones.
    void keep(int from, Tokens kept) {
        boolean built = missing() == 0;
        fed.keep(from, kept);
        if (state != null) {
            if (!built) {
                state.close();
                state = null;
            } else if (!model.cutsAnywhere()) {
                state.truncate(state.nearest(from)); // what is missing then is fed again
            } else if (kept.isEmpty()) {
                state.truncate(from);
            } else {
                state.keep(from, kept);
            }
        }
        count();
    }

    /// The question at hand will leave so many rows; 0 when it is done.
    void expect(int rows) {
        target = rows;
        count();
    }

    /// Whether it began empty.
    boolean isOriginal() {
        return !fork;
    }

    /// A question failed: what it has fed so far is taken back.
    ///
    /// @param rollsBack whether the model can take rows back
    void back(int length, boolean rollsBack) {
        if (state != null && broken == null && length() > length && rollsBack) {
            state.truncate(state.nearest(length));
        }
        fed.truncate(length);
        if (length() > length) {
            evict();
        }
        count();
    }

    /// Gives the memory up. What cannot be built again is broken from then on.
    void evict() {
        if (state != null && !fed.isWhole()) {
            broken = new IllegalStateException("its rows cannot be fed again");
        }
        free();
        count();
    }

    /// A command that nobody waits for failed: whoever asks next is told.
    void fail(Throwable failure) {
        broken = failure;
    }

    /// A pass has gone over it.
    void count() {
        memory.add(-counted);
        counted =
                ticket.admitted && !released
                        ? Math.max(bytes(), target == 0 ? 0 : model.bytes(target))
                        : bytes();
        memory.add(counted);
    }

    /// Bytes that the accounts hold for it.
    long claim() {
        return counted;
    }

    long bytes() {
        return state == null ? 0 : state.bytes();
    }

    /// The state, which from now on is the caller's.
    @Nullable State surrender() {
        State mine = state;
        state = null;
        released = true;
        count();
        return mine;
    }

    private void free() {
        if (state != null) {
            State freed = state;
            state = null;
            freed.close();
        }
    }

    /// The end.
    void close() {
        released = true;
        free();
        count();
    }
}
