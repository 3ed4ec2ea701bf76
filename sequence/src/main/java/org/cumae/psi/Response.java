package org.cumae.psi;

import org.cumae.distribution.Categorical;
import org.cumae.distribution.KeyedChance;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;

/// How much a patch answers to a perturbation elsewhere: how far its law is from what it was.
public enum Response {
    /// `KL(clean || perturbed)`, as the paper on KL-tracing has it (arXiv 2507.09082).
    KL {
        @Override
        double of(Book book, Categorical clean, Categorical perturbed, Noise noise) {
            return clean.divergence(perturbed);
        }
    },
    /// `KL(perturbed || clean)`, as the page on PSI has it.
    REVERSE_KL {
        @Override
        double of(Book book, Categorical clean, Categorical perturbed, Noise noise) {
            return perturbed.divergence(clean);
        }
    },
    /// The sum of both.
    SYMMETRIC {
        @Override
        double of(Book book, Categorical clean, Categorical perturbed, Noise noise) {
            return clean.divergence(perturbed) + perturbed.divergence(clean);
        }
    },
    /// Half the sum of the differences of probabilities.
    TOTAL_VARIATION {
        @Override
        double of(Book book, Categorical clean, Categorical perturbed, Noise noise) {
            return clean.distance(perturbed);
        }
    },
    /// How far two values that are drawn independently look from each other: what is left when
    /// pictures are compared and not laws. It is here to be worse.
    SAMPLES {
        @Override
        double of(Book book, Categorical clean, Categorical perturbed, Noise noise) {
            float[] one = book.patch(draw(clean, noise, 0));
            float[] other = book.patch(draw(perturbed, noise, 1));
            double sum = 0;
            for (int i = 0; i < one.length; i++) {
                sum += Math.abs(one[i] - other[i]);
            }
            return sum;
        }
    };

    /// The response of a patch.
    ///
    /// @param book what the patch's codes mean
    /// @param clean its law beforehand
    /// @param perturbed its law afterwards
    /// @param noise for what is left to chance
    abstract double of(Book book, Categorical clean, Categorical perturbed, Noise noise);

    private static Tokens draw(Categorical law, Noise noise, int lane) {
        return Tokens.of(new KeyedChance(noise.at(lane)).draw(law, 0));
    }
}
