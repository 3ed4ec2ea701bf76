package org.cumae.world;

import org.cumae.psi.Raster;

/// Motion as colours: the direction is the hue and the speed the strength, white where nothing
/// moves.
///
/// The hues are those of the Middlebury flow benchmark (Baker et al. 2011): 55 steps, more of them
/// where the eye tells more apart.
public final class ColourWheel {
    /// Of each arc between two pure colours, how many steps it has, and what it begins and ends
    /// with.
    private enum Arc {
        RED_YELLOW(15, 1, 0, 0, 1, 1, 0),
        YELLOW_GREEN(6, 1, 1, 0, 0, 1, 0),
        GREEN_CYAN(4, 0, 1, 0, 0, 1, 1),
        CYAN_BLUE(11, 0, 1, 1, 0, 0, 1),
        BLUE_MAGENTA(13, 0, 0, 1, 1, 0, 1),
        MAGENTA_RED(6, 1, 0, 1, 1, 0, 0);

        private final int steps;
        private final double[] ends; // red, green, blue of the begin, then of the end

        Arc(int steps, double... ends) {
            this.steps = steps;
            this.ends = ends;
        }
    }

    private static final double[][] HUES = hues(); // [55][3]
    private static final double DIM = 0.75; // of what is faster than the fastest

    private ColourWheel() {}

    private static double[][] hues() {
        int size = 0;
        for (Arc arc : Arc.values()) {
            size += arc.steps;
        }
        double[][] hues = new double[size][3];
        int next = 0;
        for (Arc arc : Arc.values()) {
            for (int step = 0; step < arc.steps; step++, next++) {
                double share = (double) step / arc.steps;
                for (int c = 0; c < 3; c++) {
                    hues[next][c] = arc.ends[c] + share * (arc.ends[3 + c] - arc.ends[c]);
                }
            }
        }
        return hues;
    }

    /// The colour of a motion, `[3]` in [0, 1].
    ///
    /// @param x to the right
    /// @param y downwards
    /// @param fastest the speed that has the full colour; what is faster is dimmed
    public static double[] colour(double x, double y, double fastest) {
        double speed = Math.hypot(x, y) / fastest;
        double turn = (Math.atan2(-y, -x) / Math.PI + 1) / 2 * (HUES.length - 1);
        int low = (int) Math.floor(turn);
        double share = turn - low;
        double[] colour = new double[3];
        for (int c = 0; c < 3; c++) {
            double hue = (1 - share) * HUES[low][c] + share * HUES[(low + 1) % HUES.length][c];
            colour[c] = speed <= 1 ? 1 - speed * (1 - hue) : DIM * hue;
        }
        return colour;
    }

    /// A field of motion in colours, `[rows, columns, 3]`.
    ///
    /// @param motion `[rows, columns, 2]`, (x, y)
    /// @param fastest the speed that has the full colour
    public static Raster of(Raster motion, double fastest) {
        Raster colours =
                Raster.of(
                        motion.rows(),
                        motion.columns(),
                        3,
                        (y, x, c) -> colour(motion.at(y, x, 0), motion.at(y, x, 1), fastest)[c]);
        return colours;
    }
}
