package org.cumae.picture;

import org.cumae.Check;

/// How much more a picture is to be of its class than the model says: at weight `w` the logits are
/// `w` times those with the class less `w - 1` times those without.
///
/// @see <a href="https://arxiv.org/abs/2207.12598">Ho and Salimans 2022</a>
public sealed interface Guidance {
    /// As the model says.
    Guidance NONE = new None();

    /// The weight of a step.
    ///
    /// @param step from 0
    /// @param steps how many there are
    double weight(int step, int steps);

    /// As the model says; nothing is asked without the class.
    record None() implements Guidance {
        @Override
        public double weight(int step, int steps) {
            return 1;
        }
    }

    /// The same in every step: LlamaGen, NAR.
    ///
    /// @param scale 1 is none
    record Constant(double scale) implements Guidance {
        /// Checks the scale.
        public Constant {
            check(scale);
        }

        @Override
        public double weight(int step, int steps) {
            return scale;
        }
    }

    /// From none in the first step to `1 + rise` in the last: VAR, MVAR, NFIG.
    ///
    /// @param rise 0 is none
    record Linear(double rise) implements Guidance {
        /// Checks the rise.
        public Linear {
            check(rise);
        }

        @Override
        public double weight(int step, int steps) {
            return steps == 1 ? 1 : 1 + rise * step / (steps - 1);
        }
    }

    private static void check(double scale) {
        Check.argument(scale >= 0 && scale <= 100, "guidance is %s; it must be in [0, 100]", scale);
    }
}
