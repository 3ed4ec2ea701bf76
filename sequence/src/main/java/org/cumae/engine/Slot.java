package org.cumae.engine;

import org.cumae.model.Model;
import org.cumae.model.State;
import org.jspecify.annotations.Nullable;

/// Where the engine's thread keeps the state of one context. No other thread may look inside.
final class Slot {
    private @Nullable State state;
    private @Nullable Throwable broken;

    /// The state, opened on first use.
    ///
    /// @throws IllegalStateException caused by what broke this context before, if something did
    State state(Model model) {
        if (broken != null) {
            throw new IllegalStateException("the context is broken; close it", broken);
        }
        if (state == null) {
            state = model.open();
        }
        return state;
    }

    void hold(State state) {
        this.state = state;
    }

    /// A command that nobody waits for failed: whoever asks next is told.
    void fail(Throwable failure) {
        broken = failure;
    }

    int length() {
        return state == null ? 0 : state.length();
    }

    long bytes() {
        return state == null ? 0 : state.bytes();
    }

    void free() {
        if (state != null) {
            State freed = state;
            state = null;
            freed.close();
        }
    }
}
