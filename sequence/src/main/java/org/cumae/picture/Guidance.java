package org.cumae.picture;

import org.cumae.Check;

import java.util.OptionalInt;

/// How much more a picture is to be of its class than the model says: at weight `w` the logits, or
/// the velocities of values, are `w` times those with the class less `w - 1` times those without.
///
/// @see <a href="https://arxiv.org/abs/2207.12598">Ho and Salimans 2022</a>
public sealed interface Guidance {
    /// As the model says.
    Guidance NONE = new None();

    /// The weight of a step.
    ///
    /// @param progress of the picture, in [0, 1], see [Manner#progress]
    /// @param time of values on their way from noise, see [org.cumae.flow]; 0 for codes
    double weight(double progress, double time);

    /// Refuses a class that is not there, or guidance to none.
    ///
    /// @param label empty for no class in particular
    /// @param classes how many there are
    /// @throws IllegalArgumentException naming the class
    default void check(OptionalInt label, int classes) {
        Check.argument(
                label.isEmpty() || (label.getAsInt() >= 0 && label.getAsInt() < classes),
                "class %d is asked for; classes are [0, %d)",
                label.orElse(0),
                classes);
        Check.argument(
                label.isPresent() || this instanceof None,
                "a picture of no class in particular cannot be guided to one; give a class");
    }

    /// As the model says; nothing is asked without the class.
    record None() implements Guidance {
        @Override
        public double weight(double progress, double time) {
            return 1;
        }
    }

    /// The same in every step: LlamaGen, NAR.
    ///
    /// @param scale 1 is none
    record Constant(double scale) implements Guidance {
        /// Checks the scale.
        public Constant {
            checkScale(scale);
        }

        @Override
        public double weight(double progress, double time) {
            return scale;
        }
    }

    /// Evenly from one weight in the first step to another in the last, or by the share that is
    /// known: VAR, MVAR, NFIG, FlowAR, xAR; MAR, Hi-MAR; D-AR.
    ///
    /// @param first 1 is none
    /// @param last same
    record Linear(double first, double last) implements Guidance {
        /// Checks the weights.
        public Linear {
            checkScale(first);
            checkScale(last);
        }

        /// From none to `1 + rise`.
        public Linear(double rise) {
            this(1, 1 + rise);
        }

        @Override
        public double weight(double progress, double time) {
            return first + (last - first) * progress;
        }
    }

    /// As another one from a time on, and none while values are more noise than that: FlowAR.
    ///
    /// @param from the first time, in [0, 1]
    record Late(Guidance then, double from) implements Guidance {
        /// Checks the time.
        public Late {
            Check.argument(
                    from >= 0 && from <= 1, "guidance is from time %s on; take [0, 1]", from);
        }

        @Override
        public double weight(double progress, double time) {
            return time <= from ? then.weight(progress, time) : 1;
        }
    }

    private static void checkScale(double scale) {
        Check.argument(scale >= 0 && scale <= 100, "guidance is %s; it must be in [0, 100]", scale);
    }
}
