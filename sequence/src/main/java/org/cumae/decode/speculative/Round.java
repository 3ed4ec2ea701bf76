package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;

/// One round of verification: the draft, what the target says of it, and the chance to decide with.
///
/// @param tree what was drafted
/// @param target what the target says of it
/// @param chance the request's
/// @param position the address of the token after the root
public record Round(DraftTree tree, Target target, Chance chance, long position) {
    private static final long VERIFY = 0x56455249L;

    /// The law of the token after a node.
    public Categorical law(int node) {
        return target.law(node);
    }

    /// Draws the token after a node as plain decoding would: from the same law with the same noise.
    public int draw(int node) {
        return chance.draw(law(node), place(node));
    }

    /// Draws the token after a node from what is left of its law.
    ///
    /// @param node the node
    /// @param left `[law(node).size()]`, what is left of each probability; if nothing is, by
    ///   rounding, the law itself counts
    public int draw(int node, double[] left) {
        Categorical law = law(node);
        double[] weights = Mass.sum(left) > 0 ? left : Mass.of(law);
        return law.id(own().pick(weights, place(node)));
    }

    /// Decides about a candidate for the token after a node.
    ///
    /// @param probability that it happens
    /// @param node the node
    /// @param trial the how-manieth decision there
    public boolean happens(double probability, int node, int trial) {
        return own().lane(trial).happens(probability, place(node));
    }

    private Chance own() {
        return chance.lane(VERIFY).lane(position);
    }

    private long place(int node) {
        return position + tree.depth(node);
    }
}
