package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

import java.util.ArrayList;
import java.util.List;

/// SpecTr: several drafts are drawn independently, and at each token [KSelection] chooses among
/// those that still agree with what was accepted.
///
/// Given the accepted beginning, the next tokens of the drafts that share it are independent draws
/// again, so that every level is a fresh choice between as many candidates as drafts survive: those
/// are the draws below the accepted node.
///
/// @see <a href="https://arxiv.org/abs/2310.15141">Sun et al. 2023</a>
public record Kseq() implements Law {
    @Override
    public String name() {
        return "kseq";
    }

    @Override
    public List<Manner> takes() {
        return List.of(Manner.SAMPLED);
    }

    @Override
    public Verdict verify(Round round) {
        DraftTree tree = round.tree();
        List<Integer> accepted = new ArrayList<>();
        int node = DraftTree.ROOT;
        while (!tree.draws(node).isEmpty()) {
            Categorical p = round.law(node);
            Categorical q = tree.law(node).orElseThrow();
            List<Integer> draws = tree.draws(node);
            KSelection selection = KSelection.of(p, q, draws.size());
            int next = DraftTree.ROOT;
            for (int trial = 0; trial < draws.size() && next == DraftTree.ROOT; trial++) {
                int token = tree.token(draws.get(trial));
                double a = selection.acceptance(p.probability(token), q.probability(token));
                next = round.happens(a, node, trial) ? draws.get(trial) : DraftTree.ROOT;
            }
            if (next == DraftTree.ROOT) {
                return new Verdict(accepted, round.draw(node, selection.residual()));
            }
            node = next;
            accepted.add(node);
        }
        return new Verdict(accepted, round.draw(node));
    }
}
