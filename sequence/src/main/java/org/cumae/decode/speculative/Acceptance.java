package org.cumae.decode.speculative;

import java.util.ArrayList;
import java.util.List;

/// How often drafted tokens were accepted of late, by their depth in the draft.
final class Acceptance {
    private static final double MEMORY = 0.98; // of what was counted, kept from round to round
    private static final double FORGET = 0.1;
    private static final double DOUBT = 2; // rounds that the mean over all depths counts for
    private static final double HOPE = 0.7; // before anything was counted

    /// What happened at one depth.
    private static final class Depth {
        double rounds; // in which there was a draft so deep
        double nodes; // of them, how many tokens in all
        double reached; // rounds in which the token before was accepted
        double accepted;
    }

    private final List<Depth> depths = new ArrayList<>();

    /// One round more.
    ///
    /// @param tree what was drafted
    /// @param accepted how deep it was accepted
    void add(DraftTree tree, int accepted) {
        while (depths.size() < tree.depth()) {
            depths.add(new Depth());
        }
        fade(MEMORY);
        for (int node = 0; node < tree.size(); node++) {
            depths.get(tree.depth(node) - 1).nodes++;
        }
        for (int depth = 0; depth < tree.depth(); depth++) {
            Depth each = depths.get(depth);
            each.rounds++;
            each.reached += accepted >= depth ? 1 : 0;
            each.accepted += accepted > depth ? 1 : 0;
        }
    }

    /// What was counted counts for little from now on.
    void forget() {
        fade(FORGET);
    }

    private void fade(double share) {
        for (Depth each : depths) {
            each.rounds *= share;
            each.nodes *= share;
            each.reached *= share;
            each.accepted *= share;
        }
    }

    /// The chance of a token at a depth, given that the one before it was accepted.
    ///
    /// @param depth from 0
    double at(int depth) {
        double reached = depths.stream().mapToDouble(each -> each.reached).sum();
        double accepted = depths.stream().mapToDouble(each -> each.accepted).sum();
        double mean = (accepted + DOUBT * HOPE) / (reached + DOUBT);
        if (depth >= depths.size()) {
            return mean;
        }
        Depth each = depths.get(depth);
        return (each.accepted + DOUBT * mean) / (each.reached + DOUBT);
    }

    /// How many tokens a draft has at a depth.
    ///
    /// @param depth from 0
    /// @param otherwise where nothing was counted
    double nodes(int depth, double otherwise) {
        if (depth >= depths.size() || depths.get(depth).rounds == 0) {
            return otherwise;
        }
        return depths.get(depth).nodes / depths.get(depth).rounds;
    }
}
