package org.cumae.flow;

import org.cumae.Check;

import java.util.Arrays;

/// How wide the noise is that a step back through a diffusion adds: where its variance lies, by
/// logarithm, between what is left to know where the value is known ([Diffusion#left]), 0, and what
/// the step had added ([Diffusion#added]), 1.
///
/// The first is right for values that are all alike and the second for values as wide as noise; in
/// between it goes by what cannot be known of a value at that time.
///
/// @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal 2021, equation 15</a>
public sealed interface Width {
    /// What is asked of a velocity in a step.
    ///
    /// @param time in (0, 1]
    /// @param values `[n]`, on the straight way
    Velocity.Wide asked(Velocity velocity, double time, double... values);

    /// The same for all numbers at all times.
    ///
    /// @param wide from 0 to 1
    record Chosen(double wide) implements Width {
        /// Checks the number.
        public Chosen {
            Check.argument(wide >= 0 && wide <= 1, "noise is wide by %s; take [0, 1]", wide);
        }

        @Override
        public Velocity.Wide asked(Velocity velocity, double time, double... values) {
            double[] all = new double[values.length];
            Arrays.fill(all, wide);
            return new Velocity.Wide(velocity.at(time, values), all);
        }
    }

    /// What a model has learned it to be, number by number.
    record Learned() implements Width {
        @Override
        public Velocity.Wide asked(Velocity velocity, double time, double... values) {
            return velocity.wide(time, values);
        }
    }
}
