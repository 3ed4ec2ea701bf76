package org.cumae.image;

import org.cumae.Check;
import org.cumae.flow.Solver;
import org.cumae.flow.Width;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
import org.cumae.picture.Latent;

import java.util.List;
import java.util.Optional;

/// How real vectors of pictures come out of noise.
///
/// @param sides of scales, ascending to the grid of patches; for order scales
/// @param square the side of a square, in patches; for order squares
/// @param reveals in how many steps masks are drawn; 16
/// @param pivots the side of a small copy, in patches, that is drawn before masks are; none
/// @param pivotReveals in how many steps the copy is drawn; half as many as it has patches
/// @param past how squares before are shown in training; noisy
/// @param solver how values are brought out of noise; wandering for squares, late for others
/// @param steps how many velocities that takes for a scale or square; 24
/// @param variance of solver ancestral: how wide the noise of its steps is; smallest
public record FlowPlan(
        Optional<List<Integer>> sides,
        Optional<Integer> square,
        Optional<Integer> reveals,
        Optional<Integer> pivots,
        Optional<Integer> pivotReveals,
        Optional<FlowCells.Past> past,
        Optional<Way> solver,
        Optional<Integer> steps,
        Optional<Variance> variance) {
    private static final int STEPS = 24;
    private static final int REVEALS = 16;

    /// Ways out of noise.
    public enum Way {
        /// Steps of one length.
        EVEN,
        /// More steps towards the end.
        LATE,
        /// With noise on the way.
        WANDERING,
        /// Back through a diffusion.
        ANCESTRAL
    }

    /// How wide noise is on the way.
    public enum Variance {
        /// As what is left to know where the value is known.
        SMALLEST(new Width.Chosen(0)),
        /// As what a step had added.
        LARGEST(new Width.Chosen(1)),
        /// As the model has learned: MAR's.
        LEARNED(new Width.Learned());

        private final Width width;

        Variance(Width width) {
            this.width = width;
        }
    }

    /// Checks the counts.
    public FlowPlan {
        int least = 4;
        int count = steps.orElse(STEPS);
        Check.argument(
                count >= least && count <= 1000,
                "values come out of noise in %d steps; take [%d, 1000]",
                count,
                least);
        Check.argument(
                variance.isEmpty() || solver.filter(Way.ANCESTRAL::equals).isPresent(),
                "variance is %s; only solver ancestral has one",
                variance.map(String::valueOf).orElse(""));
    }

    /// The same where masks are drawn in another number of steps.
    public FlowPlan revealing(int reveals) {
        return new FlowPlan(
                sides,
                square,
                Optional.of(reveals),
                pivots,
                pivotReveals,
                past,
                solver,
                steps,
                variance);
    }

    /// The manner of drawing vectors.
    ///
    /// @throws IllegalArgumentException if the order does not draw vectors, or its size is missing
    FlowManner of(Latent latent, MannerPlan.Kind order) {
        return switch (order) {
            case SCALES ->
                    new FlowScales(
                            latent,
                            sides.orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "order scales of real vectors needs sides, such"
                                                            + " as [1, 2, 4, 7]")));
            case SQUARES ->
                    new FlowCells(
                            latent,
                            square.orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "order squares needs the side of a square, in"
                                                            + " patches")),
                            past.orElse(FlowCells.Past.NOISY));
            case MASKS -> masks(latent);
            case RASTER, RINGS, LINE ->
                    throw new IllegalArgumentException(
                            "real vectors are drawn by scales, squares or masks; order is "
                                    + order);
        };
    }

    private FlowManner masks(Latent latent) {
        int steps = reveals.orElse(REVEALS);
        if (pivots.isEmpty()) {
            return new FlowMasks(latent, steps);
        }
        int side = pivots.get();
        return FlowPivots.of(
                latent, side, pivotReveals.orElse(Math.max(1, side * side / 2)), steps);
    }

    /// What brings values out of noise.
    Solver solver(MannerPlan.Kind order) {
        Way usual = order == MannerPlan.Kind.SQUARES ? Way.WANDERING : Way.LATE;
        int count = steps.orElse(STEPS);
        return switch (solver.orElse(usual)) {
            case EVEN -> Solver.Euler.even(count);
            case LATE -> Solver.Euler.late(count + 1);
            case WANDERING -> new Solver.Wandering(count);
            case ANCESTRAL -> new Solver.Ancestral(count, variance.orElse(Variance.SMALLEST).width);
        };
    }
}
