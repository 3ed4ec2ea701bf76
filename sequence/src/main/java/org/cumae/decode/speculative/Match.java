package org.cumae.decode.speculative;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Draws every token as plain decoding would, and goes down the draft as long as it has that token.
///
/// Exact for any tree whose tokens owe nothing to the target's noise. The text is bit for bit that
/// of plain decoding with the same seed, greedy or not.
public record Match() implements Law {
    @Override
    public String name() {
        return "match";
    }

    @Override
    public List<Manner> takes() {
        return List.of(Manner.CHOSEN);
    }

    @Override
    public boolean keepsNoise() {
        return true;
    }

    @Override
    public Verdict verify(Round round) {
        return follow(round);
    }

    static Verdict follow(Round round) {
        List<Integer> accepted = new ArrayList<>();
        int node = DraftTree.ROOT;
        while (true) {
            int token = round.draw(node);
            OptionalInt child = round.tree().child(node, token);
            if (child.isEmpty()) {
                return new Verdict(accepted, token);
            }
            node = child.getAsInt();
            accepted.add(node);
        }
    }
}
