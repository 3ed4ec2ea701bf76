package org.cumae.decode.speculative.draft;

import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Manner;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Grows a draft by the probability of its paths: of all trees of as many tokens this has the
/// greatest expected length, if the estimates are right, because a path is never likelier than its
/// beginnings.
///
/// @param least paths below this probability are not proposed
public record BestFirst(double least) {
    /// A node that may be added.
    private record Leaf<S>(int parent, S state, int token, double probability, int age) {}

    /// Grows.
    ///
    /// @param start where the text stands
    /// @param continuations what follows what
    /// @param budget how much
    public <S> DraftTree grow(S start, Continuations<S> continuations, Budget budget) {
        return budget.isChain()
                ? chain(start, continuations, budget)
                : tree(start, continuations, budget);
    }

    private <S> DraftTree chain(S start, Continuations<S> continuations, Budget budget) {
        DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
        S state = start;
        double probability = 1;
        int node = DraftTree.ROOT;
        while (tree.size() < Math.min(budget.length(), budget.nodes())) {
            List<Continuations.Guess> next = continuations.next(state, 1);
            if (next.isEmpty() || probability * next.getFirst().probability() < least) {
                break;
            }
            int token = next.getFirst().token();
            probability *= next.getFirst().probability();
            node = tree.add(node, token);
            state = continuations.after(state, token);
        }
        return tree.build();
    }

    private <S> DraftTree tree(S start, Continuations<S> continuations, Budget budget) {
        DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
        PriorityQueue<Leaf<S>> leaves =
                new PriorityQueue<>(
                        Comparator.comparingDouble((Leaf<S> leaf) -> -leaf.probability)
                                .thenComparingInt(leaf -> leaf.age));
        offer(leaves, DraftTree.ROOT, start, 1, continuations, budget);
        while (!leaves.isEmpty() && tree.size() < budget.nodes()) {
            Leaf<S> leaf = leaves.remove();
            int node = tree.add(leaf.parent, leaf.token);
            if (tree.depth(node) < budget.length()) {
                S state = continuations.after(leaf.state, leaf.token);
                offer(leaves, node, state, leaf.probability, continuations, budget);
            }
        }
        return tree.build();
    }

    private <S> void offer(
            PriorityQueue<Leaf<S>> leaves,
            int node,
            S state,
            double reached,
            Continuations<S> continuations,
            Budget budget) {
        for (Continuations.Guess guess : continuations.next(state, budget.nodes())) {
            double probability = reached * guess.probability();
            if (probability >= least) {
                leaves.add(new Leaf<>(node, state, guess.token(), probability, leaves.size()));
            }
        }
    }
}
