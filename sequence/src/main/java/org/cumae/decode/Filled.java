package org.cumae.decode;

import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.model.Ledger;

import java.util.List;

/// What a [Fill] wrote.
///
/// @param canvas what is known now
/// @param written the new variables, in the order of writing
/// @param finish why it ended: [Finish.Length] when all targets are written
/// @param ledger what it cost
public record Filled(Canvas canvas, List<Written> written, Finish finish, Ledger.Entry ledger) {
    /// Copies the list.
    public Filled {
        written = List.copyOf(written);
    }

    /// A new variable.
    ///
    /// @param element it and its value
    /// @param step the rank in which it was written, from 0
    /// @param logProbabilities of each code, in nats, under the model's own law of the level's
    ///   codes when it was drawn
    public record Written(Element element, int step, List<Double> logProbabilities) {
        /// Copies the list.
        public Written {
            logProbabilities = List.copyOf(logProbabilities);
        }
    }
}
