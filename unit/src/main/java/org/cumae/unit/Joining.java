package org.cumae.unit;

import java.util.List;

/// How pieces become text; each stream opens a [Joint] of its own.
interface Joining {
    /// Pieces are text as they are.
    Joining AS_IS = (how, next) -> next;

    /// @param next where the results go
    Joint open(Decoding how, Joint next);

    /// One way after the other.
    static Joining chain(List<Joining> steps) {
        return (how, next) -> {
            Joint joint = next;
            for (Joining step : steps.reversed()) {
                joint = step.open(how, joint);
            }
            return joint;
        };
    }
}
