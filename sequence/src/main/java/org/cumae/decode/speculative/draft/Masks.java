package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;
import org.cumae.decode.speculative.Riders;
import org.cumae.decode.speculative.Riders.Rider;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Card;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// The target drafts for itself: masks ride along with each pass, and what it foresees under them
/// is the next draft.
///
/// Mask `j` (from 1) behind a token stands `j` places after it and foresees the token after that
/// place; the token right after it the target says itself.
///
/// @param first id of the first mask, the target's vocabulary
/// @param count how many masks the target has learned
/// @param strategy where they stand
/// @param successor says what follows a token under a mask; without it the masks' laws count as
///   they are, each blind for the tokens drafted before it
/// @see <a href="https://arxiv.org/abs/2507.11851">Samragh et al. 2025</a>
public record Masks(int first, int count, Strategy strategy, Optional<Successor> successor)
        implements Drafter {
    /// Where masks stand.
    public enum Strategy {
        /// Behind the last token of the draft. If any of it is rejected they followed a wrong
        /// beginning, and the next pass has no draft.
        LINEAR,
        /// Behind the last written token and behind each token of the draft, so that wherever it is
        /// cut a fresh one is ready. A draft of `n` costs a pass of `(n + 1)²` rows.
        QUADRATIC
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if there is no mask
    public Masks {
        Check.argument(count > 0, "there are %d masks; it must be 1 or more", count);
    }

    /// The same with masks in other places.
    public Masks by(Strategy other) {
        return new Masks(first, count, other, successor);
    }

    /// The same without the head that knows the token before.
    public Masks independent() {
        return new Masks(first, count, strategy, Optional.empty());
    }

    @Override
    public String name() {
        return "mtp";
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
    public int riders(int length) {
        int group = Math.min(length, count);
        return strategy == Strategy.LINEAR ? group : group * (1 + group);
    }

    @Override
    public void check(Card target, Budget budget) {
        Check.argument(
                target.vocabulary() == first && target.masks() >= count,
                "draft mtp knows %d masks from id %d and model %s has %d from id %d; draft with the"
                        + " masks that were learned for it",
                count,
                first,
                target.name(),
                target.masks(),
                target.vocabulary());
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return new Foreseeing(line, manner);
    }

    /// One text.
    private final class Foreseeing implements Drafting {
        private final Line line;
        private final Manner manner;
        private List<Finding> foreseen = List.of(); // behind the last written token, mask by mask
        private int[] groups = {}; // the nodes behind which masks ride
        private int group; // how many masks are behind each

        Foreseeing(Line line, Manner manner) {
            this.line = line;
            this.manner = manner;
        }

        @Override
        public DraftTree propose(Budget budget) {
            int length = Math.min(Math.min(budget.length(), budget.nodes()), foreseen.size());
            return new Sequel(line, manner).draw(length, this::finding);
        }

        private Finding finding(int place, int before) {
            Finding there = foreseen.get(place);
            return successor
                    .map(head -> head.after(before, (Vector) there, line.want(0, place)))
                    .orElse(there);
        }

        @Override
        public Riders riders(DraftTree tree, int length, int most) {
            groups =
                    switch (strategy) {
                        case LINEAR -> new int[] {tree.size() - 1};
                        case QUADRATIC -> IntStream.range(-1, tree.size()).toArray();
                    };
            group = Math.min(Math.min(length, count), most / groups.length);
            List<Rider> rows = new ArrayList<>();
            for (int node : groups) {
                int parent = node;
                for (int i = 0; i < group; i++) {
                    rows.add(new Rider(first + i, parent, want(tree.depth(node) + 1 + i)));
                    parent = tree.size() + rows.size() - 1;
                }
            }
            return Riders.of(rows);
        }

        private Want want(int ahead) {
            return successor.isPresent() ? new Want.Hidden(0) : line.want(0, ahead);
        }

        @Override
        public void told(int node, List<Finding> findings) {
            foreseen = List.of();
            for (int i = 0; i < groups.length && !findings.isEmpty(); i++) {
                if (groups[i] == node) {
                    foreseen = findings.subList(i * group, (i + 1) * group);
                }
            }
        }
    }
}
