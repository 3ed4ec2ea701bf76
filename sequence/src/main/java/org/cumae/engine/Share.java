package org.cumae.engine;

import org.cumae.model.Model;
import org.cumae.model.Query;

/// One context's part of an [Asked].
///
/// @param slot its state
/// @param query what is asked
/// @param length how many rows the state holds before
record Share(Slot slot, Query query, int length) {
    Model.Part part(Model model) {
        return new Model.Part(slot.state(model), query);
    }

    /// After a failed pass: a state that is not as it was before is never used again.
    void checkUntouched() {
        if (slot.length() != length) {
            slot.fail(
                    new IllegalStateException(
                            "a failed pass left %d rows in a context that held %d"
                                    .formatted(slot.length(), length)));
        }
    }
}
