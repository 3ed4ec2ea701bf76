package org.cumae.engine;

/// How many bytes states own or will soon, and how many they may. The engine's thread only.
final class Memory {
    private final long most;
    private long used;

    Memory(long most) {
        this.most = most;
    }

    void add(long bytes) {
        used += bytes;
    }

    long used() {
        return used;
    }

    long most() {
        return most;
    }

    /// How many bytes too many it would be with so many more.
    long excess(long more) {
        return used + more - most;
    }
}
