package org.cumae.decode.speculative.draft;

import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;

import java.util.Arrays;
import java.util.Set;

/// Proposes the last token again and again, at no cost: beside
/// [org.cumae.decode.speculative.Synthetic], for load tests.
public record Anything() implements Drafter {
    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public Set<Manner> manners() {
        return Set.of(Manner.CHOSEN);
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return budget -> propose(line, budget);
    }

    private static DraftTree propose(Line line, Budget budget) {
        int[] tokens = new int[Math.min(budget.length(), budget.nodes())];
        Arrays.fill(tokens, line.token(line.length() - 1));
        return DraftTree.chain(tokens);
    }
}
