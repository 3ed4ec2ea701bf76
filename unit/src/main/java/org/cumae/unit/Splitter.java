package org.cumae.unit;

import java.util.List;
import java.util.function.Consumer;

/// Cuts a normalised text into stretches that are turned into ids each for itself.
interface Splitter {
    /// Leaves a text whole.
    Splitter WHOLE = (text, first, out) -> out.accept(text);

    /// @param first whether the text begins here, rather than after a special token or a cut
    /// @param out takes the stretches in order, none empty
    void split(String text, boolean first, Consumer<String> out);

    /// One after the other, each on what the one before has cut.
    static Splitter chain(List<Splitter> steps) {
        return steps.stream().reduce(Splitter::then).orElse(WHOLE);
    }

    /// Cuts each stretch further.
    default Splitter then(Splitter next) {
        return (text, first, out) -> {
            boolean[] begins = {first};
            split(
                    text,
                    first,
                    stretch -> {
                        next.split(stretch, begins[0], out);
                        begins[0] = false;
                    });
        };
    }
}
