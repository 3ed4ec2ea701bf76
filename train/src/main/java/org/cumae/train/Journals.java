package org.cumae.train;

import java.util.List;

/// Tells several journals the same.
///
/// @param each in the order in which they hear
public record Journals(List<Journal> each) implements Journal {
    /// Copies the list.
    public Journals {
        each = List.copyOf(each);
    }

    @Override
    public void began(long step, long steps, long weights) {
        each.forEach(journal -> journal.began(step, steps, weights));
    }

    @Override
    public void stepped(Step step) {
        each.forEach(journal -> journal.stepped(step));
    }

    @Override
    public void looked(long step, double loss, boolean best) {
        each.forEach(journal -> journal.looked(step, loss, best));
    }

    @Override
    public void saved(long step) {
        each.forEach(journal -> journal.saved(step));
    }

    @Override
    public void told(String message) {
        each.forEach(journal -> journal.told(message));
    }

    @Override
    public void warned(String message) {
        each.forEach(journal -> journal.warned(message));
    }

    @Override
    public void ended(Outcome outcome) {
        each.forEach(journal -> journal.ended(outcome));
    }
}
