package org.cumae.decode.speculative;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Accepts each drafted token with a given probability, whatever it is: for load tests, where what
/// a rate of acceptance costs and gains is the question and the text is none.
///
/// @param acceptance the probability that a token is accepted, given that those before it were
public record Synthetic(double acceptance) implements Relaxed {
    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is not in [0, 1]
    public Synthetic {
        Check.argument(
                acceptance >= 0 && acceptance <= 1,
                "acceptance is %s; it must lie in [0, 1]",
                acceptance);
    }

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public List<Manner> takes() {
        return Arrays.asList(Manner.values());
    }

    @Override
    public Verdict verify(Round round) {
        List<Integer> accepted = new ArrayList<>();
        int node = DraftTree.ROOT;
        while (!round.tree().draws(node).isEmpty() && round.happens(acceptance, node, 0)) {
            node = round.tree().draws(node).getFirst();
            accepted.add(node);
        }
        return new Verdict(accepted, round.draw(node));
    }
}
