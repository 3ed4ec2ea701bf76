package org.cumae.text.jinja;

/// Counts what a template costs, and stops it at its bounds or when its thread is interrupted.
final class Meter {
    private static final int LOOK_EACH = 256;

    private final Bounds bounds;
    private final long end;
    private long steps;

    Meter(Bounds bounds) {
        this.bounds = bounds;
        this.end = System.nanoTime() + bounds.time().toNanos();
    }

    void step() {
        steps++;
        if (steps > bounds.steps()) {
            throw new TemplateException("it takes more than %d steps", bounds.steps());
        }
        if (steps % LOOK_EACH == 0) {
            if (System.nanoTime() - end > 0) {
                throw new TemplateException("it takes more than %d ms", bounds.time().toMillis());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new TemplateException("it was interrupted");
            }
        }
    }

    /// Accounts for work on `size` characters or items, and refuses too many.
    long size(long size) {
        if (size > bounds.length()) {
            throw new TemplateException("a text or list is longer than %d", bounds.length());
        }
        steps += size / 64;
        step();
        return size;
    }

    int longest() {
        return bounds.length();
    }
}
