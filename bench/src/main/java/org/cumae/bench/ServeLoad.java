package org.cumae.bench;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Requests that come when they come, whether or not the server keeps up: an open loop.
///
/// @param arrivals in the order of their times
record ServeLoad(List<Arrival> arrivals) {
    static final int LEAST_PROMPT = 8;
    static final int MOST_PROMPT = 48;

    ServeLoad {
        arrivals = List.copyOf(arrivals);
    }

    /// One request.
    ///
    /// @param number which of the load's
    /// @param seconds when it comes, after the begin
    /// @param promptTokens how long its prompt is
    /// @param tokens how many new tokens it wants
    record Arrival(int number, double seconds, int promptTokens, int tokens) {
        /// Its prompt.
        int[] prompt(int vocabulary) {
            SplittableRandom random = new SplittableRandom(77L * number);
            return random.ints(promptTokens, 3, vocabulary).toArray();
        }
    }

    /// Poisson arrivals; prompts of 8 to 48 tokens and answers of a quarter of the most to the
    /// most, evenly.
    ///
    /// @param requests how many
    /// @param rate requests a second; infinite for all at once
    /// @param most new tokens of a request
    /// @param seed of times and lengths; the lengths do not depend on the rate
    static ServeLoad poisson(int requests, double rate, int most, long seed) {
        Check.argument(requests > 0, "requests is %d; it must be 1 or more", requests);
        Check.argument(rate > 0, "the rate is %s requests a second; it must be above 0", rate);
        Check.argument(most >= 4, "the most new tokens are %d; they must be 4 or more", most);
        SplittableRandom lengths = new SplittableRandom(seed);
        SplittableRandom gaps = lengths.split();
        List<Arrival> arrivals = new ArrayList<>();
        double now = 0;
        for (int i = 0; i < requests; i++) {
            arrivals.add(
                    new Arrival(
                            i,
                            now,
                            lengths.nextInt(LEAST_PROMPT, MOST_PROMPT + 1),
                            lengths.nextInt(most / 4, most + 1)));
            now -= Math.log(1 - gaps.nextDouble()) / rate;
        }
        return new ServeLoad(arrivals);
    }

    long tokens() {
        return arrivals.stream().mapToLong(Arrival::tokens).sum();
    }
}
