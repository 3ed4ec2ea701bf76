package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

import java.util.ArrayList;
import java.util.List;

/// The first exact rule: a drafted token `x` is accepted with probability `min(1, p(x)/q(x))`; at
/// the first rejection a token of `max(p - q, 0)` follows, and after the last acceptance one of
/// `p`.
///
/// A token that was chosen without chance counts as drawn from a law that knows no other.
///
/// @see <a href="https://arxiv.org/abs/2211.17192">Leviathan et al. 2023, Algorithm 1</a>
public record Chain() implements Law {
    @Override
    public String name() {
        return "chain";
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
        DraftTree tree = round.tree();
        List<Integer> accepted = new ArrayList<>();
        int node = DraftTree.ROOT;
        while (!tree.draws(node).isEmpty()) {
            int child = tree.draws(node).getFirst();
            Categorical p = round.law(node);
            Categorical q = drawnFrom(tree, node, child);
            int token = tree.token(child);
            if (!round.happens(p.probability(token) / q.probability(token), node, 0)) {
                double[] left = Mass.excess(1, Mass.of(p), Mass.along(q, p));
                return new Verdict(accepted, round.draw(node, left));
            }
            node = child;
            accepted.add(node);
        }
        return new Verdict(accepted, round.draw(node));
    }

    /// The law of a node's only child.
    static Categorical drawnFrom(DraftTree tree, int node, int child) {
        return tree.law(node).orElseGet(() -> Categorical.certain(tree.token(child)));
    }
}
