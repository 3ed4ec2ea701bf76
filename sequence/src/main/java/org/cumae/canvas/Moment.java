package org.cumae.canvas;

import org.cumae.Check;

/// When a variable is: in one frame, between two, or always.
public sealed interface Moment {
    /// Of the whole and of no frame: a caption, a class.
    Moment ALWAYS = new Always();

    /// Of no frame, see [#ALWAYS].
    record Always() implements Moment {
        @Override
        public String toString() {
            return "";
        }
    }

    /// In a frame.
    ///
    /// @param t which, from 0
    record Frame(int t) implements Moment {
        /// Checks the frame.
        public Frame {
            Check.argument(t >= 0, "frame %d is negative; frames begin at 0", t);
        }

        @Override
        public String toString() {
            return Integer.toString(t);
        }
    }

    /// From one frame to another: motion, a camera's displacement.
    ///
    /// @param from frame
    /// @param to frame
    record Pair(int from, int to) implements Moment {
        /// Checks the frames.
        public Pair {
            Check.argument(
                    from >= 0 && to >= 0 && from != to,
                    "frames %d and %d are no pair; they must differ and begin at 0",
                    from,
                    to);
        }

        @Override
        public String toString() {
            return from < 10 && to < 10 ? "" + from + to : from + "-" + to;
        }
    }
}
