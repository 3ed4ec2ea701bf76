package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;

import java.util.Set;

/// Looks for the last tokens earlier in the text, the longest match first and the latest of those,
/// and proposes what followed there. Costs nothing where nothing repeats, and gains most where the
/// answer quotes the prompt: code, summaries, forms.
///
/// @param shortest the fewest tokens that must match
/// @param longest the most tokens that are compared
public record PromptLookup(int shortest, int longest) implements Drafter {
    /// Matches of 2 to 5 tokens.
    public static final PromptLookup DEFAULT = new PromptLookup(2, 5);

    /// Checks the lengths.
    ///
    /// @throws IllegalArgumentException if the shortest is below 1 or above the longest
    public PromptLookup {
        Check.argument(
                shortest > 0 && shortest <= longest,
                "matches of %d to %d tokens are looked for; the shortest must be 1 or more and not"
                        + " above the longest",
                shortest,
                longest);
    }

    @Override
    public String name() {
        return "lookup";
    }

    @Override
    public Set<Manner> manners() {
        return Set.of(Manner.CHOSEN);
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return budget -> propose(line, budget);
    }

    private DraftTree propose(Line line, Budget budget) {
        int end = line.length();
        int bestMatch = shortest - 1;
        int source = end;
        for (int at = end - 1; at > 0 && bestMatch < longest; at--) { // what follows a match
            int match = match(line, at, end);
            if (match > bestMatch) {
                bestMatch = match;
                source = at;
            }
        }
        if (source == end) {
            return DraftTree.EMPTY;
        }
        int[] copy = new int[Math.min(budget.length(), budget.nodes())];
        for (int i = 0; i < copy.length; i++) { // past the end it goes on with its own beginning
            int from = source + i;
            copy[i] = from < end ? line.token(from) : copy[from - end];
        }
        return DraftTree.chain(copy);
    }

    /// How many tokens before the place agree with the last ones of the line.
    private int match(Line line, int at, int end) {
        int most = Math.min(longest, at);
        int match = 0;
        while (match < most && line.token(at - 1 - match) == line.token(end - 1 - match)) {
            match++;
        }
        return match;
    }
}
