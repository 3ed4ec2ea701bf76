package org.cumae.train;

import java.util.Map;

/// How far a run is.
///
/// @param step how many steps are done
/// @param bestStep the step of the best look at held-out data
/// @param bestLoss its loss, in nats a variable; infinite before the first look
/// @param looksSinceBest how many looks there were since
/// @param seconds how long the run took, all its parts together
record Position(long step, long bestStep, double bestLoss, int looksSinceBest, double seconds) {
    static final Position START = new Position(0, 0, Double.POSITIVE_INFINITY, 0, 0);

    Map<String, String> toStrings() {
        return Map.of(
                "step", Long.toString(step),
                "best_step", Long.toString(bestStep),
                "best_loss", Double.toString(bestLoss),
                "looks_since_best", Integer.toString(looksSinceBest),
                "seconds", Double.toString(seconds));
    }

    static Position fromStrings(Map<String, String> strings) {
        return new Position(
                Long.parseLong(required(strings, "step")),
                Long.parseLong(required(strings, "best_step")),
                Double.parseDouble(required(strings, "best_loss")),
                Integer.parseInt(required(strings, "looks_since_best")),
                Double.parseDouble(required(strings, "seconds")));
    }

    private static String required(Map<String, String> strings, String key) {
        String value = strings.get(key);
        if (value == null) {
            throw new TrainingException("the checkpoint does not say its " + key);
        }
        return value;
    }

    Position after(double moreSeconds) {
        return new Position(step + 1, bestStep, bestLoss, looksSinceBest, seconds + moreSeconds);
    }

    /// The same without a best: what the run goes on from was held against other data.
    Position unlooked() {
        return new Position(step, 0, Double.POSITIVE_INFINITY, 0, seconds);
    }

    Position looked(double loss, double moreSeconds) {
        boolean better = loss < bestLoss;
        return new Position(
                step,
                better ? step : bestStep,
                better ? loss : bestLoss,
                better ? 0 : looksSinceBest + 1,
                seconds + moreSeconds);
    }
}
