package org.cumae.exact;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The tree of all decisions, walked depth first: each run replays the decisions of the path so far
/// and takes the first way of every later one.
final class Branches {
    private final List<Fork> path = new ArrayList<>();
    private int depth;

    /// The chance of the next run.
    Chance begin() {
        depth = 0;
        return new Walk("", new HashMap<>());
    }

    /// The probability of the run that has just ended.
    double weight() {
        Check.state(
                depth == path.size(),
                "a run took %d decisions where the one before took %d up to the same point; what is"
                        + " walked must depend on its chance alone",
                depth,
                path.size());
        double weight = 1;
        for (Fork fork : path) {
            weight *= fork.weights[fork.way];
        }
        return weight;
    }

    /// Goes on to the next way.
    ///
    /// @return whether there is one
    boolean advance() {
        while (!path.isEmpty() && path.getLast().way + 1 == path.getLast().weights.length) {
            path.removeLast();
        }
        if (path.isEmpty()) {
            return false;
        }
        path.getLast().way++;
        return true;
    }

    private int decide(double[] weights) {
        if (depth == path.size()) {
            path.add(new Fork(weights));
        }
        Fork fork = path.get(depth++);
        Check.state(
                Arrays.equals(fork.weights, weights),
                "decision %d is between %s now and was between %s before; what is walked must depend"
                        + " on its chance alone",
                depth,
                Arrays.toString(weights),
                Arrays.toString(fork.weights));
        return fork.way;
    }

    /// A decision and the way it goes in this run.
    private static final class Fork {
        final double[] weights;
        int way;

        Fork(double[] weights) {
            this.weights = weights;
        }
    }

    /// What was decided at one address: keyed chance gives it again when asked again.
    private record Decided(double[] weights, int way) {}

    /// The chance of one run.
    private final class Walk implements Chance {
        private final String lane;
        private final Map<String, Decided> decided; // of the run, shared by its lanes

        Walk(String lane, Map<String, Decided> decided) {
            this.lane = lane;
            this.decided = decided;
        }

        @Override
        public int draw(Categorical law, long position) {
            int[] possible =
                    IntStream.range(0, law.size()).filter(i -> law.probabilityOf(i) > 0).toArray();
            double[] weights = Arrays.stream(possible).mapToDouble(law::probabilityOf).toArray();
            return law.id(possible[decideAt("draw " + lane + position, weights)]);
        }

        @Override
        public int pick(double[] weights, long position) {
            int[] possible =
                    IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
            double total = Arrays.stream(weights).sum();
            double[] shares =
                    Arrays.stream(possible).mapToDouble(i -> weights[i] / total).toArray();
            return possible[decideAt("pick " + lane + position, shares)];
        }

        @Override
        public boolean happens(double probability, long position) {
            double p = Math.clamp(probability, 0, 1);
            if (p == 0 || p == 1) {
                return p == 1;
            }
            return decideAt("event " + lane + position, new double[] {p, 1 - p}) == 0;
        }

        @Override
        public Chance lane(long label) {
            return new Walk(lane + label + "/", decided);
        }

        private int decideAt(String address, double[] weights) {
            Decided before = decided.get(address);
            if (before != null) {
                Check.state(
                        Arrays.equals(before.weights, weights),
                        "%s was decided before, under another law; decisions that share no noise"
                                + " need lanes of their own",
                        address);
                return before.way;
            }
            int way = weights.length == 1 ? 0 : decide(weights);
            decided.put(address, new Decided(weights, way));
            return way;
        }
    }
}
