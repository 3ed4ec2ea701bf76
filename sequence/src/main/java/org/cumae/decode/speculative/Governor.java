package org.cumae.decode.speculative;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// Drafts as far as pays, and not at all where nothing does.
///
/// The time of passes comes from the target's [Tempo], acceptance and the time of drafts from this
/// text. It begins with a plain step, which is the measure of all, and with short drafts; it
/// doubles what it has tried. Where nothing pays it rests, then tries a few of the least bad
/// drafts, mostly forgetting what was before, and rests twice as long if these do not pay either.
/// While it drafts it takes a plain step now and then, for the measure to stay true.
final class Governor implements Throttle {
    private static final Logger LOG = LoggerFactory.getLogger(Governor.class);
    private static final int FIRST = 4;
    private static final int REMEASURE = 128;
    private static final int TRIALS = 8;
    private static final int LEAST_REST = 32;
    private static final int MOST_REST = 1024;
    private static final double MEMORY = 0.97; // of what drafts took, from round to round
    private static final double WORTH = 1.02; // what a draft must promise to be made

    private final int most;
    private final Tempo tempo;
    private final int width;
    private final IntUnaryOperator riders;
    private final Acceptance acceptance = new Acceptance();
    private double draftSeconds; // of the drafts so far
    private double draftDepth; // of the same, added up
    private int tried; // the deepest draft so far
    private int sincePlain = REMEASURE;
    private int rest; // plain steps still to go
    private int trials = TRIALS; // drafts still to go before the next decision to rest
    private int lastRest = LEAST_REST / 2;

    Governor(int most, Tempo tempo, int width, IntUnaryOperator riders) {
        this.most = most;
        this.tempo = tempo;
        this.width = width;
        this.riders = riders;
    }

    @Override
    public int next() {
        Optional<PassTimes> times = tempo.times();
        if (times.isEmpty() || sincePlain >= REMEASURE) {
            return 0;
        }
        if (rest > 0) {
            rest--;
            if (rest == 0) {
                trials = TRIALS;
                acceptance.forget();
            }
            return 0;
        }
        int best = best(times.get());
        if (forecast(best, times.get()).speedup() >= WORTH) {
            lastRest = trials == 0 ? LEAST_REST / 2 : lastRest; // it pays, and not by chance
            return best;
        }
        if (trials > 0) {
            return best;
        }
        lastRest = Math.min(2 * lastRest, MOST_REST);
        rest = lastRest;
        LOG.debug(
                "no draft for {} steps: one of {} tokens promises {} times the speed; {}",
                rest,
                best,
                forecast(best, times.get()).speedup(),
                forecast(best, times.get()).limit());
        return 0;
    }

    /// The length that promises most, of those within reach.
    private int best(PassTimes times) {
        int reach = Math.min(most, Math.max(FIRST, 2 * tried));
        int best = 1;
        double gain = 0;
        for (int length = 1; length <= reach; length++) {
            double speedup = forecast(length, times).speedup();
            if (speedup > gain) {
                gain = speedup;
                best = length;
            }
        }
        return best;
    }

    /// What a draft of some length promises.
    Forecast forecast(int length, PassTimes times) {
        double tokens = 1;
        double reached = 1;
        double rows = 1 + riders.applyAsInt(length);
        for (int depth = 0; depth < length; depth++) {
            reached *= acceptance.at(depth);
            tokens += reached;
            rows += acceptance.nodes(depth, width);
        }
        double one = times.of(1);
        double perToken = draftDepth == 0 ? 0 : draftSeconds / draftDepth;
        return new Forecast(tokens, times.of(rows) / one, length * perToken / one);
    }

    @Override
    public void ran(DraftTree tree, int riders, int accepted, long drafting, long pass) {
        tempo.pass(1 + tree.size() + riders, pass);
        if (tree.isEmpty()) {
            sincePlain = riders == 0 ? 0 : sincePlain + 1; // riders prepare the next draft
            return;
        }
        sincePlain++;
        trials = Math.max(trials - 1, 0);
        tried = Math.max(tried, tree.depth());
        draftSeconds = MEMORY * draftSeconds + drafting / 1e9;
        draftDepth = MEMORY * draftDepth + tree.depth();
        acceptance.add(tree, accepted);
    }
}
