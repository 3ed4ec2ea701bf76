package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;
import org.cumae.decode.speculative.Riders;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Want;
import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// The target drafts for itself: heads on its last hidden state foresee the tokens after the next
/// one, each blind for those that the others foresee. So a draft costs no row of a pass.
///
/// @param count how many tokens beyond the next one the heads foresee
/// @param heads the heads at work
/// @see <a href="https://arxiv.org/abs/2401.10774">Cai et al. 2024, Medusa</a>
public record Medusa(int count, Heads heads) implements Drafter {
    private static final BestFirst LIKELIEST = new BestFirst(0);

    /// The heads at work. Any thread.
    @FunctionalInterface
    public interface Heads {
        /// What they foresee, one finding a want: the first is of the token two places behind the
        /// one whose hidden state it is, the next one of the token after that.
        ///
        /// @param hidden the model's last hidden state of a token, after the final norm
        /// @param wants what is wanted of each, of row 0; as many as there are heads, or fewer
        List<Finding> after(Vector hidden, List<? extends Want> wants);
    }

    /// Checks the number.
    ///
    /// @throws IllegalArgumentException if there is no head
    public Medusa {
        Check.argument(count > 0, "there are %d heads; it must be 1 or more", count);
    }

    @Override
    public String name() {
        return "medusa";
    }

    @Override
    public Set<Manner> manners() {
        return EnumSet.of(Manner.CHOSEN, Manner.SAMPLED, Manner.RACED);
    }

    @Override
    public int longest() {
        return count;
    }

    @Override
    public void check(Card target, Budget budget) {
        target.require("draft medusa", EnumSet.of(Capability.HIDDEN_STATES));
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return new Foreseeing(line, manner);
    }

    /// One text.
    private final class Foreseeing implements Drafting {
        private final Line line;
        private final Manner manner;
        private @Nullable Vector hidden; // from which the last written token was drawn

        Foreseeing(Line line, Manner manner) {
            this.line = line;
            this.manner = manner;
        }

        @Override
        public Riders riders(DraftTree tree, int length, int most) {
            return new Riders(
                    List.of(),
                    IntStream.range(DraftTree.ROOT, tree.size())
                            .mapToObj(node -> new Riders.Peek(node, new Want.Hidden(0)))
                            .toList());
        }

        @Override
        public void told(int node, List<Finding> findings) {
            hidden = (Vector) findings.get(node - DraftTree.ROOT);
        }

        @Override
        public DraftTree propose(Budget budget) {
            if (hidden == null) {
                return DraftTree.EMPTY;
            }
            int length = Math.min(Math.min(budget.length(), budget.nodes()), count);
            return budget.isChain() ? chain(hidden, length) : tree(hidden, length, budget);
        }

        private DraftTree chain(Vector from, int length) {
            List<Finding> foreseen =
                    heads.after(
                            from,
                            IntStream.range(0, length).mapToObj(i -> line.want(0, i)).toList());
            return new Sequel(line, manner).draw(length, (place, _) -> foreseen.get(place));
        }

        /// The likeliest paths, whatever the request makes of the target's law.
        private DraftTree tree(Vector from, int length, Budget budget) {
            Want best = new Want.Best(0, budget.nodes());
            List<Excerpt> foreseen =
                    heads
                            .after(from, IntStream.range(0, length).mapToObj(_ -> best).toList())
                            .stream()
                            .map(Excerpt.class::cast)
                            .toList();
            return LIKELIEST.grow(
                    0,
                    new Independent(foreseen),
                    new Budget(length, budget.width(), budget.nodes()));
        }
    }

    /// Each place has one law, whatever stands before it.
    private record Independent(List<Excerpt> laws) implements Continuations<Integer> {
        @Override
        public List<Guess> next(Integer place, int most) {
            return laws.get(place).entries().stream()
                    .limit(most)
                    .map(entry -> new Guess(entry.id(), entry.probability()))
                    .toList();
        }

        @Override
        public Integer after(Integer place, int token) {
            return place + 1;
        }
    }
}
