package org.cumae.text;

import org.cumae.model.Ledger;

/// Hears a generation while it happens, on the thread that generates.
@FunctionalInterface
public interface TextListener {
    /// Hears nothing and never stops.
    TextListener NONE = _ -> true;

    /// A token was chosen, or held text became free.
    ///
    /// @return whether to go on; false ends the generation with the reason `cancelled`
    boolean accept(TextPiece piece);

    /// The generation begins.
    ///
    /// @param ledger what it costs, written on while it runs
    default void begins(Ledger ledger) {}
}
