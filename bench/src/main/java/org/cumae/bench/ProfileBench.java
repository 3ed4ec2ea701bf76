package org.cumae.bench;

import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.net.Precision;
import org.cumae.net.Transformer;
import org.cumae.torch.Device;
import org.cumae.torch.Processor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/// Times passes of a model, of few and of many rows and over short and long contexts, and draws the
/// plane through them that [PassProfile] is.
public final class ProfileBench {
    private static final int[][] SHAPES = { // contexts, rows of each, rows that each holds
        {1, 1, 16}, {2, 1, 16}, {4, 1, 16}, {8, 1, 16}, {16, 1, 16}, {32, 1, 16}, {1, 1, 256},
        {4, 1, 256}, {16, 1, 256}, {1, 16, 0}, {1, 64, 0}, {1, 192, 0}, {4, 48, 0}, {1, 64, 192}
    };

    private final Path file;
    private final String subject;
    private final int threads;
    private final String dtype;
    private final boolean quick;
    private final Consumer<String> progress;

    /// A bench of one model.
    ///
    /// @param subject what to call it
    /// @param dtype as `--dtype` has it
    /// @param quick fewer turns
    public ProfileBench(
            Path file,
            String subject,
            int threads,
            String dtype,
            boolean quick,
            Consumer<String> progress) {
        this.file = file;
        this.subject = subject;
        this.threads = threads;
        this.dtype = dtype;
        this.quick = quick;
        this.progress = progress;
    }

    /// One pass that was timed.
    record Point(double rows, double held, double nanos) {}

    /// Measures.
    public PassProfile run() {
        Processor.useThreads(threads);
        Precision precision =
                dtype.equals("auto") ? Precision.fitting(file, Device.CPU) : Precision.parse(dtype);
        progress.accept("timing passes");
        try (Model model = Transformer.load(file, Device.CPU, precision)) {
            List<Pass> passes = new ArrayList<>();
            try {
                for (int[] shape : SHAPES) {
                    if (shape[1] + shape[2] < model.card().maxLength()) {
                        passes.add(new Pass(model, shape));
                    }
                }
                Timing timing =
                        quick
                                ? new Timing(Duration.ofSeconds(3), 5, Duration.ofSeconds(30))
                                : new Timing(Duration.ofSeconds(15), 15, Duration.ofSeconds(120));
                List<Double> nanos =
                        timing.medians(passes.stream().map(ProfileBench::timed).toList());
                List<Point> points = new ArrayList<>();
                for (int i = 0; i < passes.size(); i++) {
                    points.add(passes.get(i).point(nanos.get(i)));
                }
                long rowBytes = Math.max(1, model.bytes(64) / 128); // caches double when they grow
                return through(
                        points,
                        "%s, %s, %d threads".formatted(subject, precision, threads),
                        rowBytes);
            } finally {
                passes.forEach(Pass::close);
            }
        }
    }

    private static DoubleSupplier timed(Pass pass) {
        return pass::nanos;
    }

    /// The plane with the least squares of relative errors, nothing of it below zero.
    static PassProfile through(List<Point> points, String subject, long rowBytes) {
        double[] plane = {0, 0, 0};
        boolean[] used = {true, true, true};
        for (int tries = 0; tries < 3; tries++) {
            plane = leastSquares(points, used);
            int least = 0;
            for (int i = 1; i < 3; i++) {
                least = plane[i] < plane[least] ? i : least;
            }
            if (plane[least] >= 0) {
                break;
            }
            used[least] = false;
        }
        double[] fitted = Arrays.stream(plane).map(x -> Math.max(0, x)).toArray();
        double[] errors =
                points.stream()
                        .mapToDouble(
                                p ->
                                        Math.abs(
                                                (fitted[0]
                                                                        + fitted[1] * p.rows
                                                                        + fitted[2] * p.held)
                                                                / p.nanos
                                                        - 1))
                        .sorted()
                        .toArray();
        return new PassProfile(
                subject, fitted[0], fitted[1], fitted[2], rowBytes, errors[errors.length / 2]);
    }

    private static double[] leastSquares(List<Point> points, boolean... used) {
        double[][] normal = new double[3][4];
        for (Point p : points) {
            double[] x = {1 / p.nanos, p.rows / p.nanos, p.held / p.nanos};
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    normal[i][j] += x[i] * x[j];
                }
                normal[i][3] += x[i];
            }
        }
        for (int i = 0; i < 3; i++) {
            if (!used[i]) {
                Arrays.fill(normal[i], 0);
                normal[i][i] = 1;
            }
        }
        for (int i = 0; i < 3; i++) { // positive definite: no pivoting
            for (int row = 0; row < 3; row++) {
                double share = row == i ? 0 : normal[row][i] / normal[i][i];
                for (int column = 0; column < 4; column++) {
                    normal[row][column] -= share * normal[i][column];
                }
            }
        }
        return new double[] {
            normal[0][3] / normal[0][0], normal[1][3] / normal[1][1], normal[2][3] / normal[2][2]
        };
    }

    /// A pass over contexts that hold something, which forget it afterwards.
    private static final class Pass implements AutoCloseable {
        private final Model model;
        private final int rows;
        private final int held;
        private final List<State> states = new ArrayList<>();

        Pass(Model model, int... shape) {
            this.model = model;
            this.rows = shape[1];
            this.held = shape[2];
            for (int i = 0; i < shape[0]; i++) {
                State state = model.open();
                states.add(state);
                if (held > 0) {
                    model.forward(List.of(new Model.Part(state, query(held))));
                }
            }
        }

        private static Query query(int rows) {
            int[] ids = new int[rows];
            for (int i = 0; i < rows; i++) {
                ids[i] = i % 50;
            }
            return Query.next(Tokens.of(ids));
        }

        double nanos() {
            List<Model.Part> parts =
                    states.stream().map(state -> new Model.Part(state, query(rows))).toList();
            long begin = System.nanoTime();
            model.forward(parts);
            long took = System.nanoTime() - begin;
            states.forEach(state -> state.truncate(held));
            return (double) took;
        }

        Point point(double nanos) {
            return new Point((double) rows * states.size(), (double) held * states.size(), nanos);
        }

        @Override
        public void close() {
            states.forEach(State::close);
        }
    }
}
