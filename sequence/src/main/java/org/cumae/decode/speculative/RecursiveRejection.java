package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

import java.util.ArrayList;
import java.util.List;

/// Tries siblings one after the other: each is accepted against what the rejected ones before it
/// left of the target's law.
///
/// With `t = p` and `d = q` at first, a candidate `x` is accepted with probability `t(x)/d(x)`; if
/// not, `t` becomes `max(t - d, 0)` renormalised. Where siblings do not repeat, `x` is taken out of
/// `d` as well, and as many siblings as `q` has ids always hold the answer.
///
/// @param repeats whether siblings are drawn independently, or each given that it is none before
/// @see <a href="https://arxiv.org/abs/2305.09781">Miao et al. 2023, SpecInfer</a>, and without
///   repetition <a href="https://arxiv.org/abs/2402.12374">Chen et al. 2024, Sequoia</a>
public record RecursiveRejection(boolean repeats) implements Law {
    @Override
    public String name() {
        return repeats ? "rrs_repeating" : "rrs";
    }

    @Override
    public List<Manner> takes() {
        return List.of(repeats ? Manner.SAMPLED : Manner.DISTINCT);
    }

    @Override
    public Verdict verify(Round round) {
        List<Integer> accepted = new ArrayList<>();
        int node = DraftTree.ROOT;
        while (!round.tree().draws(node).isEmpty()) {
            Trials trials = new Trials(round, node);
            if (!trials.accept()) {
                return new Verdict(accepted, round.draw(node, trials.left));
            }
            node = trials.accepted;
            accepted.add(node);
        }
        return new Verdict(accepted, round.draw(node));
    }

    /// The trials of one node's children.
    private final class Trials {
        private final Round round;
        private final int node;
        private final Categorical p;
        private final Categorical q;
        private double[] left; // t, [p.size()], of the ids of p
        private final double[] drawn; // d, same
        private int accepted = DraftTree.ROOT;

        Trials(Round round, int node) {
            this.round = round;
            this.node = node;
            this.p = round.law(node);
            this.q = round.tree().law(node).orElseThrow();
            this.left = Mass.of(p);
            this.drawn = Mass.along(q, p);
        }

        boolean accept() {
            double sum = 1; // of t
            double rest = 1; // of q, without what was taken out
            List<Integer> draws = round.tree().draws(node);
            for (int trial = 0; trial < draws.size(); trial++) {
                int token = round.tree().token(draws.get(trial));
                int index = p.indexOf(token);
                double t = index < 0 ? 0 : left[index] / sum;
                if (round.happens(t * rest / q.probability(token), node, trial)) {
                    accepted = draws.get(trial);
                    return true;
                }
                double scale = rest / sum;
                double[] less = Mass.excess(scale, left, drawn);
                if (Mass.sum(less) <= 0) { // draft and target agree but for rounding
                    return false;
                }
                left = less;
                sum = Mass.sum(less);
                if (!repeats) {
                    rest -= q.probability(token);
                    if (index >= 0) {
                        drawn[index] = 0;
                    }
                }
            }
            return false;
        }
    }
}
