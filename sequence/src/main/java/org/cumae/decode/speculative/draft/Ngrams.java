package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;

import java.util.Set;
import java.util.function.Supplier;

/// Guesses each token from the longest run before it that was counted, and grows the likeliest
/// chain or tree.
///
/// With short runs it is an n-gram table with backoff, with long ones a suffix tree that finds
/// whatever repeats.
///
/// @param name what users call it
/// @param counts for each text the counts that it drafts from: its own, or one for all
/// @param learning whether the text itself is counted, prompt and written tokens
/// @param least paths below this probability are not proposed
public record Ngrams(String name, Supplier<SuffixCounts> counts, boolean learning, double least)
        implements Drafter {
    private static final int NGRAM_ORDER = 4;
    private static final int SUFFIX_ORDER = 25;
    private static final double LEAST = 0.1;

    /// Checks the probability.
    ///
    /// @throws IllegalArgumentException if it is not in [0, 1]
    public Ngrams {
        Check.argument(least >= 0 && least <= 1, "least is %s; it must lie in [0, 1]", least);
    }

    /// Runs of 4 tokens, counted in each text by itself.
    public static Ngrams ngram() {
        return new Ngrams("ngram", () -> new SuffixCounts(NGRAM_ORDER), true, LEAST);
    }

    /// Runs that were counted before; texts are not.
    public static Ngrams fixed(SuffixCounts counts) {
        return new Ngrams("ngram", () -> counts, false, LEAST);
    }

    /// Runs that were counted before, and that every text adds to.
    public static Ngrams shared(SuffixCounts counts) {
        return new Ngrams("ngram", () -> counts, true, LEAST);
    }

    /// A suffix tree of each text by itself: runs of up to 25 tokens.
    public static Ngrams suffix() {
        return new Ngrams("suffix", () -> new SuffixCounts(SUFFIX_ORDER), true, LEAST);
    }

    @Override
    public Set<Manner> manners() {
        return Set.of(Manner.CHOSEN);
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return new Reading(line, counts.get());
    }

    /// One text, read as far as it is written.
    private final class Reading implements Drafting {
        private final Line line;
        private final SuffixCounts counts;
        private SuffixCounts.Place place;
        private int read;

        Reading(Line line, SuffixCounts counts) {
            this.line = line;
            this.counts = counts;
            this.place = counts.begin();
        }

        @Override
        public DraftTree propose(Budget budget) {
            for (; read < line.length(); read++) {
                int token = line.token(read);
                place = learning ? counts.learn(place, token) : counts.after(place, token);
            }
            return new BestFirst(least).grow(place, counts, budget);
        }
    }
}
