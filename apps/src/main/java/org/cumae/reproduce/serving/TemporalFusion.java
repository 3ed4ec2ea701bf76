package org.cumae.reproduce.serving;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.engine.Simulation;
import org.cumae.model.Tokens;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Flover: requests share each pass whatever step they are at, instead of waiting for each other.
///
/// Measured: 16 requests that come together on the bundled model of Shakespeare's plays, against
/// the same one after the other. Simulated, with the engine's own scheduler and the times that the
/// paper gives for its machine: the iterations of its table of Poisson arrivals, each row of which
/// is one draw.
///
/// @see <a href="https://arxiv.org/abs/2305.13484">Yao et al. 2023</a>
public final class TemporalFusion implements Reproduction {
    private static final String MODEL = "shakespeare";
    private static final int REQUESTS = 16;
    private static final int PROMPT = 8;
    private static final double LEAST_GAIN = 3;

    /// The paper's table: the mean gap in milliseconds, and the iterations that 32 requests of 512
    /// tokens took.
    private static final int[][] TABLE = {
        {20, 557},
        {50, 616},
        {100, 748},
        {150, 888},
        {200, 911},
        {300, 1174},
        {400, 1366},
        {500, 1537},
        {750, 2239},
        {1000, 2621},
        {2000, 5483},
        {3000, 7738},
        {4000, 8902},
        {5000, 10694}
    };

    private static final double DEVIATIONS = 2.5;
    private static final double MILLI = 1e6;
    private static final double STEP = 5800.0 / 512; // milliseconds of a lone iteration there
    private static final double ROW = 0.06; // of these, for each row

    @Override
    public int method() {
        return 11;
    }

    @Override
    public String claim() {
        return "requests that share each pass are served several times as fast as one after the"
                + " other (paper: 10.9 times for 32 requests; here: 3 times or more for 16), in as"
                + " many iterations as the paper counts";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        int within = simulate(trial, table);
        double[] rates = measure(trial);
        Figure alone = new Figure("16 requests, one after the other", rates[0], "tokens/s");
        Figure shared = new Figure("16 requests, passes shared", rates[1], "tokens/s");
        table.addAll(
                List.of(
                        alone,
                        shared,
                        new Figure("gain", rates[1] / rates[0], "times"),
                        new Figure(
                                "the paper's counts within %s deviations of ours"
                                        .formatted(DEVIATIONS),
                                within,
                                "of " + TABLE.length)));
        boolean holds = rates[1] >= LEAST_GAIN * rates[0] && within == TABLE.length;
        return new Outcome(alone, shared, holds, table);
    }

    private static int simulate(Trial trial, List<Figure> table) {
        int runs = trial.quick() ? 12 : 48;
        Simulation machine =
                new Simulation(
                        EngineLimits.DEFAULT.withReuse(false),
                        Simulation.Cost.linear((STEP - ROW) * MILLI, ROW * MILLI),
                        0);
        int within = 0;
        for (int[] row : TABLE) {
            trial.progress().accept("simulating arrivals every %d ms".formatted(row[0]));
            double[] passes =
                    IntStream.range(0, runs)
                            .mapToDouble(seed -> machine.run(poisson(row[0], seed)).passes())
                            .toArray();
            double mean = Arrays.stream(passes).average().orElseThrow();
            double variance =
                    Arrays.stream(passes).map(p -> (p - mean) * (p - mean)).sum() / (runs - 1);
            table.add(
                    new Figure(
                            "arrivals every %d ms, paper %d".formatted(row[0], row[1]),
                            mean,
                            "iterations"));
            within += Math.abs(row[1] - mean) <= DEVIATIONS * Math.sqrt(variance) ? 1 : 0;
        }
        return within;
    }

    private static List<Simulation.Arrival> poisson(int gapMillis, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Simulation.Arrival> arrivals = new ArrayList<>();
        double now = 0;
        for (int i = 0; i < 32; i++) {
            arrivals.add(new Simulation.Arrival((long) now, 1, 512));
            now -= MILLI * gapMillis * Math.log(1 - random.nextDouble());
        }
        return arrivals;
    }

    /// Tokens a second one after the other, and in shared passes: each the median of three runs
    /// that take turns. One thread, so that a busy machine slows both alike.
    private static double[] measure(Trial trial) {
        OpenOptions options =
                OpenOptions.DEFAULT
                        .withThreads(1)
                        .withLimits(EngineLimits.DEFAULT.withReuse(false));
        try (TextModel model = TextModel.open(MODEL, options)) {
            return turns(model.engine(), trial);
        }
    }

    private static double[] turns(Engine engine, Trial trial) {
        int tokens = trial.quick() ? 48 : 128;
        double[] alone = new double[3];
        double[] shared = new double[3];
        rate(engine, tokens, REQUESTS); // warms up
        for (int turn = 0; turn < 3; turn++) {
            trial.progress().accept("turn %d of 3".formatted(turn + 1));
            alone[turn] = rate(engine, tokens, 1);
            shared[turn] = rate(engine, tokens, REQUESTS);
        }
        Arrays.sort(alone);
        Arrays.sort(shared);
        return new double[] {alone[1], shared[1]};
    }

    /// @param together how many requests are there at once
    private static double rate(Engine engine, int tokens, int together) {
        long begin = System.nanoTime();
        for (int first = 0; first < REQUESTS; first += together) {
            List<Future<Integer>> written = new ArrayList<>();
            for (int i = first; i < first + together; i++) {
                Request request = Request.of(prompt(i)).withMaxNewTokens(tokens);
                written.add(
                        engine.submit(
                                context ->
                                        new Sequential()
                                                .decode(context, request, Sink.NONE)
                                                .tokens()
                                                .size()));
            }
            try {
                for (Future<Integer> each : written) {
                    each.get();
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("a measured request failed", e);
            }
        }
        return REQUESTS * tokens / ((System.nanoTime() - begin) / 1e9);
    }

    private static Tokens prompt(int request) {
        return Tokens.of(
                IntStream.range(0, PROMPT).map(i -> (97 * request + 31 * i) % 65).toArray());
    }
}
