package org.cumae.decode.speculative;

import org.cumae.Check;

import java.util.function.IntUnaryOperator;

/// How far to draft.
public sealed interface DraftLength {
    /// The most tokens that a draft may be long.
    int most();

    /// For one text.
    ///
    /// @param width how many candidates may stand side by side
    /// @param riders how many rows ride along with a draft of a length
    Throttle begin(int width, IntUnaryOperator riders);

    /// Always the same.
    ///
    /// @param length in tokens; 0 drafts nothing
    record Fixed(int length) implements DraftLength {
        /// Checks the length.
        ///
        /// @throws IllegalArgumentException if it is negative
        public Fixed {
            Check.argument(length >= 0, "draft length is %d; it must be 0 or more", length);
        }

        @Override
        public int most() {
            return length;
        }

        @Override
        public Throttle begin(int width, IntUnaryOperator riders) {
            return new Throttle() {
                @Override
                public int next() {
                    return length;
                }

                @Override
                public void ran(
                        DraftTree tree, int riders, int accepted, long drafting, long pass) {}
            };
        }
    }

    /// What promises the most tokens a second, from what passes and drafts have taken and how much
    /// was accepted of late; none while plain decoding is faster.
    ///
    /// It goes by the clock, so that two runs may draft differently. Under a law that [keeps the
    /// noise][Law#keepsNoise] that is not seen in the text; under others a seed gives the same text
    /// only with a fixed length.
    ///
    /// @param most the longest draft that is considered
    /// @param tempo of the target; requests of one target share it
    record Auto(int most, Tempo tempo) implements DraftLength {
        /// Checks the length.
        ///
        /// @throws IllegalArgumentException if it is below 1
        public Auto {
            Check.argument(most > 0, "the longest draft is %d; it must be 1 or more", most);
        }

        @Override
        public Throttle begin(int width, IntUnaryOperator riders) {
            return new Governor(most, tempo, width, riders);
        }
    }
}
