package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

import java.util.List;
import java.util.stream.IntStream;

/// Decides about a chain as a whole, and never accepts fewer tokens than [Chain] in the mean.
///
/// With `w_0 = 1`, `w_i = min(1, w_{i-1} p_i(x_i)/q_i(x_i))`, `s_i` the sum of `max(w_i p_{i+1} -
/// q_{i+1}, 0)` and `h_i = s_i / (s_i + 1 - w_i)`, at the end `h = w`: the longest beginning `i`
/// stays whose own coin of probability `h_i` shows heads. After it comes a token of `max(w_i
/// p_{i+1} - q_{i+1}, 0)`, or of `p` after the whole chain.
///
/// @see <a href="https://arxiv.org/abs/2403.10444">Sun et al. 2024, block verification</a>
public record Block() implements Law {
    @Override
    public String name() {
        return "block";
    }

    @Override
    public List<Manner> takes() {
        return List.of(Manner.SAMPLED, Manner.CHOSEN);
    }

    @Override
    public boolean branches() {
        return false;
    }

    @Override
    public Verdict verify(Round round) {
        int length = round.tree().size();
        double[] w = weights(round);
        if (length == 0 || round.happens(w[length], length - 1, 0)) {
            return verdict(length, round.draw(length - 1));
        }
        for (int kept = length - 1; kept > 0; kept--) {
            double[] left = left(round, kept, w[kept]);
            double sum = Mass.sum(left);
            double heads = sum > 0 ? sum / (sum + 1 - w[kept]) : 0;
            if (round.happens(heads, kept - 1, 0)) {
                return verdict(kept, round.draw(kept - 1, left));
            }
        }
        return verdict(0, round.draw(DraftTree.ROOT, left(round, 0, 1)));
    }

    /// `w`, `[1 + length]`.
    private static double[] weights(Round round) {
        double[] w = new double[1 + round.tree().size()];
        w[0] = 1;
        for (int node = 0; node < round.tree().size(); node++) {
            int token = round.tree().token(node);
            double p = round.law(node - 1).probability(token);
            double q = Chain.drawnFrom(round.tree(), node - 1, node).probability(token);
            w[node + 1] = Math.min(1, w[node] * p / q);
        }
        return w;
    }

    /// What is left of the law after the first `kept` tokens.
    private static double[] left(Round round, int kept, double w) {
        Categorical p = round.law(kept - 1);
        Categorical q = Chain.drawnFrom(round.tree(), kept - 1, kept);
        return Mass.excess(w, Mass.of(p), Mass.along(q, p));
    }

    private static Verdict verdict(int kept, int next) {
        return new Verdict(IntStream.range(0, kept).boxed().toList(), next);
    }
}
