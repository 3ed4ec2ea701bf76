package org.cumae.decode.speculative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.draft.Anything;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.Context;
import org.cumae.model.Cost;
import org.cumae.model.DirectContext;
import org.cumae.model.Ledger;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How far is drafted, in a world where passes take what they are said to take.
class DraftLengthTest {
    private static final int ROUNDS = 3000;

    /// Rounds of a chain that is accepted token by token.
    private static final class World {
        final IntToDoubleFunction pass; // seconds by rows
        final double draft; // seconds a drafted token
        final Throttle throttle = new DraftLength.Auto(16, new Tempo()).begin(1, _ -> 0);
        double seconds;
        double tokens;
        int round;

        World(IntToDoubleFunction pass, double draft) {
            this.pass = pass;
            this.draft = draft;
        }

        int run(double acceptance) {
            int length = throttle.next();
            int accepted = 0;
            Noise noise = Noise.of(5, round++);
            while (accepted < length && noise.uniform(accepted) < acceptance) {
                accepted++;
            }
            double time = pass.applyAsDouble(1 + length);
            seconds += time + length * draft;
            tokens += 1 + accepted;
            DraftTree tree = DraftTree.chain(new int[length]);
            throttle.ran(
                    tree, 0, accepted, Math.round(length * draft * 1e9), Math.round(time * 1e9));
            return length;
        }
    }

    private static double best(World world, double acceptance) {
        PassTimes times =
                new PassTimes(
                        new TreeMap<>(
                                IntStream.rangeClosed(1, 17)
                                        .boxed()
                                        .collect(
                                                Collectors.toMap(
                                                        n -> n, world.pass::applyAsDouble))));
        return IntStream.rangeClosed(0, 16)
                .mapToDouble(n -> Forecast.ofChain(acceptance, n, times, world.draft).speedup())
                .max()
                .orElseThrow();
    }

    @Test
    void theChosenLengthGainsNearlyWhatTheBestOneWould() {
        for (double acceptance : new double[] {.3, .6, .8, .95}) {
            for (double slope : new double[] {.01, .1, .3}) {
                for (double draft : new double[] {0, .05}) {
                    World world = new World(n -> 1 + slope * (n - 1), draft);
                    for (int i = 0; i < ROUNDS; i++) {
                        world.run(acceptance);
                    }
                    double speedup = world.tokens / world.seconds; // plain: a token a second
                    assertThat(speedup)
                            .as("%s accepted, slope %s, draft %s", acceptance, slope, draft)
                            .isGreaterThan(.93 * best(world, acceptance));
                }
            }
        }
    }

    @Test
    void whereNoDraftPaysNearlyNoneIsMade() {
        for (double acceptance : new double[] {0, .5, .9}) {
            World world = new World(n -> n, 0); // every row costs as much as a pass
            int drafted = 0;
            for (int i = 0; i < ROUNDS; i++) {
                drafted += world.run(acceptance);
            }
            assertThat(world.tokens / world.seconds).isGreaterThan(.97);
            assertThat(drafted).isLessThan(ROUNDS / 20);
        }
    }

    @Test
    void itIsSwitchedOnAgainWhenDraftsBecomeGood() {
        World world = new World(n -> 1 + .05 * (n - 1), 0);
        for (int i = 0; i < 1000; i++) {
            world.run(0);
        }
        int before = IntStream.range(0, 200).map(_ -> world.run(0)).sum();
        for (int i = 0; i < 1200; i++) {
            world.run(.95);
        }
        int after = IntStream.range(0, 200).map(_ -> world.run(.95)).sum();
        assertThat(before).isLessThan(20);
        assertThat(after).isGreaterThan(1000);
    }

    @Test
    void timesBetweenAndBeyondTheMeasuredOnesLieOnLines() {
        PassTimes times = new PassTimes(new TreeMap<>(Map.of(1, 1.0, 5, 2.0, 9, 2.0, 17, 6.0)));
        double[][] expected = {{1, 1}, {3, 1.5}, {4.5, 1.875}, {5, 2}, {7, 2}, {13, 4}, {21, 8}};
        for (double[] point : expected) {
            assertThat(times.of(point[0])).isCloseTo(point[1], within(1e-12));
        }
        DoubleUnaryOperator falling = new PassTimes(new TreeMap<>(Map.of(1, 2.0, 3, 1.0)))::of;
        assertThat(falling.applyAsDouble(9))
                .isEqualTo(1); // an outlier says nothing of what is beyond
        assertThatThrownBy(() -> new PassTimes(new TreeMap<>())).hasMessageContaining("no pass");
        assertThatThrownBy(() -> new PassTimes(new TreeMap<>(Map.of(1, 0.0))))
                .hasMessageContaining("must be positive");
    }

    @Test
    void whatKeepsTheGainSmallIsSaid() {
        assertThat(new Forecast(2, 1.1, .6).limit()).contains("drafting takes 0.60");
        assertThat(new Forecast(2, 2.5, .1).limit()).contains("takes 2.50 of one without");
        assertThat(new Forecast(1.1, 1.05, 0).limit()).contains("1.10 tokens");
        assertThat(new Forecast(3, 1.25, .25).speedup()).isEqualTo(2);
    }

    /// Neighbours on the machine make measured times longer, never shorter.
    @Test
    void measuredTimesAreThoseThatPassesTake() {
        Cost cost = new Cost(Duration.ofMillis(3), Duration.ofNanos(500_000));
        TableModel model = TableModel.random(5, 1, 1).costing(cost);
        try (Engine engine = new Engine(model)) {
            PassTimes times = PassTimes.measure(engine, Tokens.of(1, 2), List.of(1, 9), 9);
            assertThat(times.seconds().keySet()).containsExactly(1, 9);
            assertThat(times.of(1)).isGreaterThan(.0035);
            assertThat(times.of(9)).isGreaterThan(.0075);
            assertThat(engine.stats().rows()).isEqualTo(2 + 10 + 10 * 9);
        }
    }

    /// Neighbours on the machine lengthen what is measured, so the best of ten texts counts.
    @Test
    void littleButPassesTakesTime() {
        Cost cost = new Cost(Duration.ofMillis(3), Duration.ofNanos(100_000));
        TableModel model = TableModel.random(5, 1, 1).costing(cost);
        Speculative decoder =
                new Speculative(new Anything(), new Synthetic(.8), new DraftLength.Fixed(6), 1);
        Request request =
                Request.of(Tokens.of(1, 2)).withSampling(Sampling.PLAIN).withMaxNewTokens(101);
        double most = 0;
        for (int i = 0; i < 10; i++) {
            Ledger.Entry ledger = decode(decoder, model, request.withSeed(i));
            assertThat(ledger.forwardSeconds()).isGreaterThan(.003 * ledger.forwards());
            most = Math.max(most, ledger.forwardSeconds() / ledger.seconds());
        }
        assertThat(most).isGreaterThan(.8);
    }

    private static Ledger.Entry decode(Speculative decoder, TableModel model, Request request) {
        try (Context context = DirectContext.open(model)) {
            return decoder.decode(context, request, Sink.NONE).ledger();
        }
    }
}
