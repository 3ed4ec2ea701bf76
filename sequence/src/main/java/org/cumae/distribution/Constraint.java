package org.cumae.distribution;

import java.util.BitSet;

/// Which values may come next, by what was written: a grammar, a schema, a list of answers.
///
/// A mask on the law, and so the same for every decoder: what is drawn, searched or verified is the
/// model's law among the allowed values, renormalised.
public interface Constraint {
    /// Before anything is written.
    Place begin();

    /// After some ids.
    default Place after(int... ids) {
        Place place = begin();
        for (int id : ids) {
            place = place.after(id);
        }
        return place;
    }

    /// Where a line stands in what may be written. Immutable, so that decoders may try paths.
    interface Place {
        /// The ids that may come next, those that end the line among them; not to be changed. Empty
        /// after an id that was not allowed: there the constraint says nothing.
        BitSet next();

        /// The place after one more id.
        Place after(int id);

        /// Whether nothing more may be written: the line is whole, and ends here.
        boolean isComplete();
    }
}
