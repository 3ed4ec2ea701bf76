package org.cumae.reproduce.picture;

import org.cumae.model.Strip;
import org.cumae.net.Backbone;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.Scales;
import org.cumae.reproduce.Figure;
import org.cumae.train.HeldOut;
import org.cumae.train.picture.Coded;
import org.cumae.train.picture.DrawnCodes;
import org.cumae.weights.TensorType;

import java.util.List;
import java.util.Locale;

/// How long one pass over all scales of a large picture takes by who sees whom: 1,365 rows, 1,024
/// of them the last scale's, through blocks whose weights are chance.
final class ScaleCosts {
    private static final List<Integer> SIDES = List.of(1, 2, 4, 8, 16, 32);
    private static final int WIDTH = 128;
    private static final int REPEATS = 5;

    private ScaleCosts() {}

    /// Times of several sights, beside that of the first.
    static void table(List<ScaleSight> sights, List<Figure> table) {
        double first = 0;
        for (ScaleSight sight : sights) {
            Scales manner = manner(sight);
            double seconds = seconds(manner);
            first = first == 0 ? seconds : first;
            String name =
                    String.format(
                            Locale.ROOT,
                            "%,d rows, past %s, window %d",
                            manner.code().length(),
                            sight.past(),
                            sight.window());
            long computed = manner.lesson().strips().stream().mapToLong(Strip::pairs).sum();
            table.add(new Figure(name + ", pairs computed", computed, "pairs"));
            table.add(new Figure(name + ", one pass", 1000 * seconds, "ms"));
            table.add(new Figure(name + ", faster than the first", first / seconds, "times"));
        }
    }

    private static Scales manner(ScaleSight sight) {
        PatchBasis basis = new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1);
        float[][] book = {{0}, {1}};
        return new Scales(new PatchPyramid(basis, Bands.Law.RESIDUAL, SIDES, book), sight);
    }

    /// The shortest of several passes.
    private static double seconds(Scales manner) {
        int ids = manner.firstCondition() + 2;
        TransformerConfig config =
                TransformerConfig.picture(
                        "costs",
                        ids,
                        4,
                        WIDTH,
                        4,
                        344,
                        manner.mostRows(),
                        new Positions.Learned(),
                        new PictureShape(1, true, 1));
        int length = manner.code().length();
        Coded blank = new Coded(new int[length], new float[length - 1], 0);
        double least = Double.MAX_VALUE;
        try (Backbone backbone = Backbone.fresh(config, 1)) {
            DrawnCodes learner = DrawnCodes.of(backbone, manner, 1, 0, 0, TensorType.F32);
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                long begin = System.nanoTime();
                HeldOut.loss(learner, _ -> List.of(blank), 1);
                least = Math.min(least, (System.nanoTime() - begin) / 1e9);
            }
        }
        return least;
    }
}
