package org.cumae.decode.speculative;

import java.util.Optional;

/// Drafts as far as pays, and not at all where nothing does.
///
/// The time of passes comes from the target's [Pace], acceptance and the time of drafts from this
/// text. It begins with a plain step, which is the measure of all, and with short drafts; it
/// doubles what it has tried. While it is off it tries a short draft now and then, more and more
/// rarely, and while it is on it takes a plain step now and then, for the measure to stay true.
final class Governor implements Throttle {
    private static final int FIRST = 4;
    private static final int REMEASURE = 128;
    private static final int LEAST_REST = 16;
    private static final int MOST_REST = 512;
    private static final double WORTH = 1.02; // what a draft must promise to be made

    private final int most;
    private final Pace pace;
    private final int width;
    private final Acceptance acceptance = new Acceptance();
    private double draftSeconds; // of the drafts so far
    private double draftDepth; // of the same, added up
    private int tried; // the deepest draft so far
    private int sincePlain = REMEASURE;
    private int rest; // plain steps still to go before the next trial
    private int lastRest = LEAST_REST / 2;

    Governor(int most, Pace pace, int width) {
        this.most = most;
        this.pace = pace;
        this.width = width;
    }

    @Override
    public int next() {
        Optional<PassTimes> times = pace.times();
        if (times.isEmpty() || sincePlain >= REMEASURE) {
            return 0;
        }
        if (rest > 0) {
            rest--;
            return 0;
        }
        int reach = Math.min(most, Math.max(FIRST, 2 * tried));
        int best = 0;
        double gain = WORTH;
        for (int length = 1; length <= reach; length++) {
            double speedup = forecast(length, times.get()).speedup();
            if (speedup > gain) {
                gain = speedup;
                best = length;
            }
        }
        if (best > 0) {
            lastRest = LEAST_REST / 2;
            return best;
        }
        if (lastRest < LEAST_REST) { // it did pay until now
            lastRest = LEAST_REST;
            rest = lastRest;
            return 0;
        }
        lastRest = Math.min(2 * lastRest, MOST_REST);
        rest = lastRest;
        return Math.min(2, most); // a trial
    }

    /// What a draft of some length promises.
    Forecast forecast(int length, PassTimes times) {
        double tokens = 1;
        double reached = 1;
        double rows = 1;
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
    public void ran(DraftTree tree, int accepted, long drafting, long pass) {
        pace.pass(1 + tree.size(), pass);
        if (tree.isEmpty()) {
            sincePlain = 0;
            return;
        }
        sincePlain++;
        tried = Math.max(tried, tree.depth());
        draftSeconds = 0.97 * draftSeconds + drafting / 1e9;
        draftDepth = 0.97 * draftDepth + tree.depth();
        acceptance.add(tree, accepted);
    }
}
