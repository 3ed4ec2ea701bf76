package org.cumae.unit.classical;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.global.opencv_video;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.cumae.Check;
import org.cumae.psi.Box;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;

/// Flow and segments by OpenCV.
public final class Classical {
    private static final int ROUNDS = 5; // of GrabCut

    private Classical() {}

    /// Dense flow by polynomial expansion.
    ///
    /// @param first `[rows, columns, 3]` in [0, 1]
    /// @param second same
    /// @param settings of the algorithm
    /// @return `[rows, columns, 2]`, (x, y) in pixels
    /// @see <a href="https://doi.org/10.1007/3-540-45103-X_50">Farnebäck 2003</a>
    public static Raster farneback(Raster first, Raster second, Farneback settings) {
        Check.argument(
                first.rows() == second.rows() && first.columns() == second.columns(),
                "%s and %s are not of one size",
                first,
                second);
        try (var _ = new PointerScope()) {
            Mat flow = new Mat();
            opencv_video.calcOpticalFlowFarneback(
                    grey(first),
                    grey(second),
                    flow,
                    settings.scale,
                    settings.levels,
                    settings.window,
                    settings.rounds,
                    settings.neighbours,
                    settings.sigma,
                    0);
            FloatIndexer at = flow.createIndexer();
            return Raster.of(first.rows(), first.columns(), 2, (y, x, c) -> at.get(y, x, c));
        }
    }

    /// Settings of Farnebäck's flow.
    ///
    /// @param scale from one level of the pyramid to the next
    /// @param levels of the pyramid
    /// @param window over which motion is taken to be the same, in pixels
    /// @param rounds at each level
    /// @param neighbours over which the polynomial is fitted, in pixels
    /// @param sigma of the Gaussian that weighs them
    public record Farneback(
            double scale, int levels, int window, int rounds, int neighbours, double sigma) {
        /// As OpenCV's own examples have it.
        public static final Farneback USUAL = new Farneback(0.5, 3, 15, 3, 5, 1.2);

        /// The same with another window.
        public Farneback withWindow(int pixels) {
            return new Farneback(scale, levels, pixels, rounds, neighbours, sigma);
        }
    }

    /// What is in a box, by graph cuts between two mixtures of colours.
    ///
    /// @param frame `[rows, columns, 3]` in [0, 1]
    /// @param box around the thing; inside the frame, and not all of it
    /// @see <a href="https://doi.org/10.1145/1186562.1015720">Rother et al. 2004</a>
    public static Mask grabCut(Raster frame, Box box) {
        try (var _ = new PointerScope()) {
            Mat mask = new Mat();
            opencv_imgproc.grabCut(
                    colours(frame),
                    mask,
                    rect(box),
                    new Mat(),
                    new Mat(),
                    ROUNDS,
                    opencv_imgproc.GC_INIT_WITH_RECT);
            UByteIndexer at = mask.createIndexer();
            return Mask.of(
                    frame.rows(),
                    frame.columns(),
                    (y, x) -> {
                        int label = at.get(y, x);
                        return label == opencv_imgproc.GC_FGD || label == opencv_imgproc.GC_PR_FGD;
                    });
        }
    }

    private static Rect rect(Box box) {
        return new Rect(
                (int) Math.round(box.left()),
                (int) Math.round(box.top()),
                (int) Math.round(box.width()),
                (int) Math.round(box.height()));
    }

    private static Mat grey(Raster frame) {
        Mat grey = new Mat();
        opencv_imgproc.cvtColor(colours(frame), grey, opencv_imgproc.COLOR_BGR2GRAY);
        return grey;
    }

    private static Mat colours(Raster frame) {
        Mat mat = new Mat(frame.rows(), frame.columns(), opencv_core.CV_8UC3);
        UByteIndexer at = mat.createIndexer();
        for (int y = 0; y < frame.rows(); y++) {
            for (int x = 0; x < frame.columns(); x++) {
                for (int c = 0; c < 3; c++) {
                    double value = Math.clamp(frame.at(y, x, 2 - c), 0.0, 1.0);
                    at.put(y, x, c, (int) Math.round(255 * value));
                }
            }
        }
        return mat;
    }
}
