package org.cumae.decode.speculative.draft;

import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;

/// A chain of tokens, one for each place that was foreseen.
///
/// @param line the text that it continues
/// @param manner how tokens come of laws
record Sequel(Line line, Manner manner) {
    /// What is foreseen of a place.
    @FunctionalInterface
    interface Foreseen {
        /// @param place from 0, the one behind the line
        /// @param before the token before it
        Finding at(int place, int before);
    }

    /// Draws a token for each place.
    DraftTree draw(int length, Foreseen foreseen) {
        DraftTree.Builder tree = DraftTree.grow(manner);
        int node = DraftTree.ROOT;
        int before = line.token(line.length() - 1);
        for (int place = 0; place < length; place++) {
            Categorical law = line.law(foreseen.at(place, before), tree.build().line(node));
            before = token(law, place);
            if (manner != Manner.CHOSEN) {
                tree.law(node, law);
            }
            node = tree.add(node, before);
        }
        return tree.build();
    }

    private int token(Categorical law, int ahead) {
        long place = line.position() + ahead;
        return switch (manner) {
            case RACED -> line.targetChance().draw(law, place);
            case SAMPLED, DISTINCT -> line.draftChance(0).draw(law, place);
            case CHOSEN -> law.top(1).entries().getFirst().id();
        };
    }
}
