package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;
import org.cumae.model.Card;
import org.cumae.noise.Noise;

import java.util.Set;
import java.util.function.Supplier;

/// ADED: a table of which token follows which pair, which follows the text while it is written, and
/// a tree of the likeliest paths through it.
///
/// Best-first growth is the default: for a given number of tokens no tree has a greater expected
/// accepted length under the table's own estimates. The authors' tree search is there to compare.
///
/// @param tables for each text the table that it drafts from: its own, or one for all
/// @param search how the tree is found
/// @see <a href="https://arxiv.org/abs/2407.12021">Liu et al. 2024</a>
public record Aded(Supplier<AdaptiveTrigrams> tables, Search search) implements Drafter {
    /// How a tree is found in the table.
    public enum Search {
        /// By the probability of its paths.
        BEST_FIRST,
        /// By Monte-Carlo tree search, as in the paper; drafts are up to 4 tokens long.
        TREE_SEARCH
    }

    /// A table for each text by itself.
    ///
    /// @param base what each begins from
    public static Aded isolated(Trigrams base) {
        return new Aded(() -> new AdaptiveTrigrams(base, Adaptation.DEFAULT), Search.BEST_FIRST);
    }

    /// A table that no text changes: trigrams as they were counted.
    public static Aded still(Trigrams base) {
        return shared(new AdaptiveTrigrams(base, Adaptation.NONE));
    }

    /// One table that all texts change; their drafts then tell of each other, in timing too.
    public static Aded shared(AdaptiveTrigrams table) {
        return new Aded(() -> table, Search.BEST_FIRST);
    }

    /// The same by another search.
    public Aded by(Search search) {
        return new Aded(tables, search);
    }

    @Override
    public String name() {
        return "aded";
    }

    @Override
    public Set<Manner> manners() {
        return Set.of(Manner.CHOSEN);
    }

    @Override
    public void check(Card target, Budget budget) {
        int vocabulary = tables.get().base().vocabulary();
        Check.argument(
                vocabulary == 0 || vocabulary == target.vocabulary(),
                "the table of trigrams has a vocabulary of %d and model %s one of %d; count a corpus"
                        + " with the model's own tokenizer",
                vocabulary,
                target.name(),
                target.vocabulary());
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return new Following(line, tables.get());
    }

    /// One text, followed as far as it is written.
    private final class Following implements Drafting {
        private final Line line;
        private final AdaptiveTrigrams table;
        private int read;

        Following(Line line, AdaptiveTrigrams table) {
            this.line = line;
            this.table = table;
        }

        @Override
        public DraftTree propose(Budget budget) {
            table.follow(line, read);
            read = line.length();
            if (read < 2) {
                return DraftTree.EMPTY; // there is no pair yet
            }
            AdaptiveTrigrams.Pair pair =
                    new AdaptiveTrigrams.Pair(line.token(read - 2), line.token(read - 1));
            return switch (search) {
                case BEST_FIRST -> new BestFirst(0).grow(pair, table, budget);
                case TREE_SEARCH ->
                        TreeSearch.REFERENCE.grow(
                                pair, table, budget, Noise.of(0, line.position()));
            };
        }
    }
}
