package org.cumae.distribution;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The ids of a prompt and of what was written after it, counted: what penalties look at.
///
/// Ids can be taken back in the order of a stack, so that a decoder may try a path and return. Used
/// by one thread at a time.
public final class History {
    private final Map<Integer, Count> counts = new HashMap<>();
    private final int prompt;
    private final List<Constraint.Place> places = new ArrayList<>(); // [written + 1], or empty
    private int[] ids;
    private int length;

    /// The history at the begin of writing.
    ///
    /// @param prompt the ids before the first written one
    public History(int... prompt) {
        this(Optional.empty(), prompt);
    }

    /// The history at the begin of writing under a constraint.
    ///
    /// @param constraint of what is written; the prompt is not looked at
    /// @param prompt the ids before the first written one
    public History(Optional<Constraint> constraint, int... prompt) {
        constraint.ifPresent(rule -> places.add(rule.begin()));
        this.prompt = prompt.length;
        this.ids = Arrays.copyOf(prompt, prompt.length + 16);
        this.length = prompt.length;
        for (int id : prompt) {
            count(id).prompt++;
        }
    }

    /// How many ids were written.
    public int written() {
        return length - prompt;
    }

    /// One more id was written.
    public void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
        count(id).written++;
        if (!places.isEmpty()) {
            places.add(places.getLast().after(id));
        }
    }

    /// Takes back what was written last.
    ///
    /// @param written how many written ids stay
    /// @throws IllegalArgumentException if there are fewer, or the number is negative
    public void truncate(int written) {
        Check.argument(
                written >= 0 && written <= written(),
                "cannot go back to %d written ids; there are %d",
                written,
                written());
        while (length > prompt + written) {
            count(ids[--length]).written--;
            if (!places.isEmpty()) {
                places.removeLast();
            }
        }
    }

    /// A copy that lives its own life.
    public History fork() {
        History copy = new History(Arrays.copyOf(ids, prompt));
        for (int i = prompt; i < length; i++) {
            copy.add(ids[i]);
        }
        copy.places.addAll(places);
        return copy;
    }

    /// Where the line stands in what a constraint lets be written.
    ///
    /// @throws IllegalStateException if the history was begun without one
    public Constraint.Place place() {
        Check.state(
                !places.isEmpty(), "the history was begun without a constraint; begin it with one");
        return places.getLast();
    }

    /// Whether the line ends with the given ids.
    ///
    /// @param line the ids
    /// @param count how many of them, from the first
    boolean endsWith(int[] line, int count) {
        return count <= length && Arrays.equals(line, 0, count, ids, length - count, length);
    }

    /// Visits each id that occurs: how often in the prompt, and how often written.
    void forEach(BiConsumer<Integer, Count> visitor) {
        counts.forEach(visitor);
    }

    private Count count(int id) {
        return counts.computeIfAbsent(id, _ -> new Count());
    }

    /// How often an id occurs.
    static final class Count {
        int prompt;
        int written;
    }
}
