package org.cumae.bench;

import org.cumae.engine.EngineLimits;
import org.cumae.engine.Policy;
import org.cumae.engine.Simulation;
import org.cumae.engine.Simulation.Arrival;
import org.cumae.engine.Simulation.Served;
import org.cumae.train.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

import java.awt.Color;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// The engine's own scheduler on machines and under loads that are not here: goodput against load,
/// by policy. docs/scale.md says what is simulated.
public final class ScaleBench {
    /// How many times its own lone time a request's first token may take, and each further one.
    private static final double FIRST = 10;

    private static final double EACH = 5;

    private static final double[] LOADS = {0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5};
    private static final double[] QUICK_LOADS = {0.5, 0.8, 1.0, 1.3};

    /// Bytes a second and operations a second that an accelerator of 2023 promises on its sheet,
    /// here of which half and four tenths are reached.
    private static final double BANDWIDTH = 3.35e12 * 0.5;

    private static final double OPERATIONS = 9.9e14 * 0.4;
    private static final double LAUNCH = 3e5; // nanoseconds of any pass there
    private static final long MEMORY = 60L << 30; // for contexts there

    private static final int FEW = 256;
    private static final int MANY = 2048; // an accelerator's passes are nearly free below this

    private final PassProfile here;
    private final double weights;
    private final boolean quick;
    private final Consumer<String> progress;

    /// A bench on top of a measured model.
    ///
    /// @param here what its passes take
    /// @param weights how many it has
    /// @param quick fewer requests and loads
    public ScaleBench(PassProfile here, double weights, boolean quick, Consumer<String> progress) {
        this.here = here;
        this.weights = weights;
        this.quick = quick;
        this.progress = progress;
    }

    /// A machine with a model on it.
    ///
    /// @param bytes memory for contexts
    /// @param running the most requests that share passes
    private record Place(PassProfile profile, long bytes, int running) {}

    /// Simulates.
    public List<ScaleRow> run() {
        List<ScaleRow> rows = new ArrayList<>();
        for (Place place : places()) {
            double capacity = capacity(place);
            policies(place)
                    .forEach(
                            (name, policy) -> {
                                progress.accept("%s, %s".formatted(place.profile.subject(), name));
                                for (double load : quick ? QUICK_LOADS : LOADS) {
                                    rows.add(row(place, name, policy, load, capacity));
                                }
                            });
        }
        return rows;
    }

    private List<Place> places() {
        double seven = 7e9;
        return List.of(
                new Place(here, 2L << 30, FEW),
                new Place(
                        here.larger("7 B weights on the same machine", seven / weights),
                        4L << 30,
                        FEW),
                new Place(
                        accelerator(
                                "%.0f M weights on an accelerator".formatted(weights / 1e6),
                                weights),
                        MEMORY,
                        MANY),
                new Place(accelerator("7 B weights on an accelerator", seven), MEMORY, MANY));
    }

    /// Weights in 16 bits are read once a pass; a row multiplies and adds each of them.
    private PassProfile accelerator(String subject, double weights) {
        PassProfile sized = here.larger(subject, weights / this.weights);
        return new PassProfile(
                subject,
                LAUNCH + 1e9 * 2 * weights / BANDWIDTH,
                1e9 * 2 * weights / OPERATIONS,
                1e9 * (double) sized.rowBytes() / 2 / BANDWIDTH, // contexts in 16 bits
                Math.max(1, sized.rowBytes() / 2),
                0);
    }

    /// The shortest-first policies let a row of prompt count as so much later: a little more than
    /// it takes, and ten times as much.
    private static Map<String, Policy> policies(Place place) {
        Map<String, Policy> policies = new LinkedHashMap<>();
        Duration row = Duration.ofNanos(Math.max(1, Math.round(2 * place.profile.row())));
        policies.put("first come", new Policy.FirstCome());
        policies.put("shortest prompt", new Policy.ShortestFirst(row));
        policies.put("shortest prompt, ten times", new Policy.ShortestFirst(row.multipliedBy(10)));
        return policies;
    }

    private EngineLimits limits(Place place, Policy policy) {
        // a chunk may hold writers up for as long as ten lone tokens take
        long stall = Math.round(10 * place.profile.nanos(1, 0));
        return EngineLimits.DEFAULT
                .withReuse(false)
                .withMaxRunning(place.running)
                .withMaxRows(2 * place.running)
                .withMaxBytes(place.bytes)
                .withMaxStall(Duration.ofNanos(stall))
                .withMaxGrace(Duration.ZERO)
                .withPolicy(policy);
    }

    private Simulation machine(Place place, Policy policy) {
        return new Simulation(
                limits(place, policy), place.profile.cost(), place.profile.rowBytes());
    }

    /// Requests a second that end when all come at once.
    private double capacity(Place place) {
        List<Arrival> all = arrivals(Double.POSITIVE_INFINITY, count());
        Simulation.Outcome outcome = machine(place, new Policy.FirstCome()).run(all);
        long end = outcome.served().stream().mapToLong(Served::last).max().orElseThrow();
        return outcome.served().size() / ((double) end / 1e9);
    }

    private int count() {
        return quick ? 600 : 3000;
    }

    /// Poisson arrivals; prompts of 16 to 1024 and answers of 16 to 256 tokens, each length as
    /// likely as its double.
    private static List<Arrival> arrivals(double perSecond, int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<Arrival> arrivals = new ArrayList<>();
        double now = 0;
        for (int i = 0; i < count; i++) {
            int prompt = (int) Math.round(16 * Math.pow(64, random.nextDouble()));
            int answer = (int) Math.round(16 * Math.pow(16, random.nextDouble()));
            arrivals.add(new Arrival((long) now, prompt, answer));
            now -= 1e9 * Math.log(1 - random.nextDouble()) / perSecond;
        }
        return arrivals;
    }

    private ScaleRow row(Place place, String name, Policy policy, double load, double capacity) {
        double rate = load * capacity;
        Simulation.Outcome outcome = machine(place, policy).run(arrivals(rate, count()));
        List<Served> served = outcome.served();
        double lone = place.profile.nanos(1, 0);
        long good =
                served.stream()
                        .filter(
                                one ->
                                        first(one)
                                                        <= FIRST
                                                                * place.profile.nanos(
                                                                        one.arrival()
                                                                                .promptTokens(),
                                                                        0)
                                                && each(one) <= EACH * lone)
                        .count();
        return new ScaleRow(
                place.profile.subject(),
                name,
                load,
                rate,
                rate * (double) good / count(),
                percentile(served.stream().mapToDouble(ScaleBench::first).sorted().toArray()) / 1e6,
                percentile(served.stream().mapToDouble(ScaleBench::each).sorted().toArray()) / 1e6,
                outcome.preemptions());
    }

    private static double first(Served one) {
        return (double) (one.first() - one.arrival().nanos());
    }

    private static double each(Served one) {
        int others = one.arrival().tokens() - 1;
        return others == 0 ? 0 : (double) (one.last() - one.first()) / others;
    }

    private static double percentile(double... sorted) {
        return sorted[(int) Math.min(sorted.length - 1, Math.round(0.95 * sorted.length))];
    }

    /// Draws the share of good requests against load, for each machine first come beside the policy
    /// that is furthest from it.
    public static void draw(List<ScaleRow> rows, Path file) {
        XYChart chart =
                Charts.empty("load, as a share of capacity", "good requests of those that come");
        XYStyler style = chart.getStyler();
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setYAxisMin(0.0);
        style.setYAxisMax(1.05);
        Color[] colours = {Charts.INK, Charts.STRONG, Charts.PALE, new Color(0x7A8F3C)};
        Map<String, List<ScaleRow>> lines = new LinkedHashMap<>();
        for (ScaleRow row : rows) {
            if (!row.policy().equals("shortest prompt")) {
                lines.computeIfAbsent(row.machine() + ": " + row.policy(), _ -> new ArrayList<>())
                        .add(row);
            }
        }
        int number = 0;
        for (Map.Entry<String, List<ScaleRow>> line : lines.entrySet()) {
            List<Double> x = line.getValue().stream().map(ScaleRow::load).toList();
            List<Double> y = line.getValue().stream().map(ScaleRow::goodShare).toList();
            Charts.line(
                    chart.addSeries(line.getKey(), x, y),
                    colours[number / 2 % colours.length],
                    number % 2 == 0 ? 3.5f : 1.5f);
            number++;
        }
        Charts.write(chart, file);
    }
}
