package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.engine.Engine;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A smaller model of the same vocabulary says what may come: one pass a token of depth, all
/// candidates of that depth in it.
///
/// Drafted tokens are drawn under the request's own sampling, for a draft that is colder or warmer
/// than its target is rejected for that alone. What was drafted and accepted stays in its context.
///
/// @param card what the model says of itself
/// @param contexts opens an empty context of it for each text; whoever opened the model closes it
public record SmallModel(Card card, Supplier<Context> contexts) implements Drafter {
    private static final Set<Capability> CHAIN =
            EnumSet.of(Capability.NEXT_TOKEN, Capability.ROLLBACK);
    private static final Set<Capability> TREE =
            EnumSet.of(Capability.NEXT_TOKEN, Capability.ROLLBACK, Capability.ANY_VISIBILITY);

    /// A model that an engine runs, beside whatever else that does.
    public static SmallModel of(Engine engine) {
        return new SmallModel(engine.card(), engine::open);
    }

    /// A model that runs on the thread that decodes.
    public static SmallModel of(Model model) {
        return new SmallModel(model.card(), () -> DirectContext.open(model));
    }

    @Override
    public String name() {
        return card.name();
    }

    @Override
    public Set<Manner> manners() {
        return EnumSet.allOf(Manner.class);
    }

    @Override
    public void check(Card target, Budget budget) {
        Check.argument(
                card.vocabulary() == target.vocabulary(),
                "draft model %s has a vocabulary of %d and model %s one of %d; draft with a model of"
                        + " the same tokenizer",
                card.name(),
                card.vocabulary(),
                target.name(),
                target.vocabulary());
        card.require("a draft", budget.isChain() ? CHAIN : TREE);
    }

    @Override
    public Drafting begin(Line line, Manner manner) {
        return new Sketch(contexts.get(), line, manner);
    }

    /// One text, drafted level by level.
    private static final class Sketch implements Drafting {
        private final Context context;
        private final Line line;
        private final Manner manner;
        private DraftTree last = DraftTree.EMPTY;
        private Map<Integer, Integer> fed = new HashMap<>(); // rows of nodes of the last tree
        private int written; // rows that are the line's

        Sketch(Context context, Line line, Manner manner) {
            this.context = context;
            this.line = line;
            this.manner = manner;
        }

        @Override
        public DraftTree propose(Budget budget) {
            int room = context.card().maxLength() - line.length();
            if (room < 0) {
                return DraftTree.EMPTY; // the text has outgrown this model
            }
            int width = manner == Manner.RACED ? 1 : Math.min(budget.width(), budget.nodes());
            int length = Math.min(budget.length(), budget.nodes() / width);
            length = Math.min(length, room / width + 1); // the last level is not fed
            Levels levels = manner == Manner.CHOSEN ? new Best(width) : new Drawn(width);
            List<Integer> level = levels.grow(List.of(DraftTree.ROOT), List.of(catchUp(width)));
            for (int depth = 1; depth < length && !level.isEmpty(); depth++) {
                level = levels.grow(level, feed(levels.tree(), level, width));
            }
            last = levels.tree();
            return last;
        }

        /// Feeds what was written and is not in the context yet; of the last draft, what came true
        /// is.
        private Finding catchUp(int width) {
            List<Integer> kept = new ArrayList<>();
            int node = DraftTree.ROOT;
            for (int place = written; place < line.length() - 1; place++) {
                node = last.child(node, line.token(place)).orElse(DraftTree.ROOT);
                Integer row = fed.get(node);
                if (row == null) {
                    break;
                }
                kept.add(row);
            }
            context.keep(written, Tokens.of(kept.stream().mapToInt(row -> row).toArray()));
            fed = new HashMap<>();
            Tokens rest = line.slice(context.length(), line.length());
            written = line.length();
            Want want = want(rest.size() - 1, 0, width);
            return context.ask(Query.feed(rest).wanting(want)).findings().getFirst();
        }

        /// Feeds the nodes of one level, each seeing the text and its ancestors.
        private List<Finding> feed(DraftTree tree, List<Integer> nodes, int width) {
            int held = context.length();
            for (int i = 0; i < nodes.size(); i++) {
                fed.put(nodes.get(i), held + i);
            }
            int depth = tree.depth(nodes.getFirst());
            List<Want> wants =
                    IntStream.range(0, nodes.size())
                            .mapToObj(row -> want(row, depth, width))
                            .toList();
            Query query = Query.feed(tokens(tree, nodes)).wanting(wants);
            if (!tree.isChain()) {
                List<BitSet> seen = nodes.stream().map(node -> seen(tree, node)).toList();
                int[] positions = new int[nodes.size()];
                Arrays.fill(positions, written + depth - 1);
                query = query.at(Tokens.of(positions)).seeing(new Visibility.Given(seen));
            }
            return context.ask(query).findings();
        }

        private static Tokens tokens(DraftTree tree, List<Integer> nodes) {
            return Tokens.of(nodes.stream().mapToInt(tree::token).toArray());
        }

        private BitSet seen(DraftTree tree, int node) {
            BitSet columns = new BitSet();
            columns.set(0, written);
            tree.path(node).forEach(each -> columns.set(fed.getOrDefault(each, 0)));
            return columns;
        }

        private Want want(int row, int ahead, int width) {
            Want want = line.want(row, ahead);
            boolean several = manner == Manner.CHOSEN && width > 1;
            return several && want instanceof Want.Best(int _, int count)
                    ? new Want.Best(
                            row, Math.min(Math.max(count, width), context.card().vocabulary()))
                    : want;
        }

        @Override
        public void close() {
            context.close();
        }

        /// A tree that grows level by level.
        private interface Levels {
            /// Adds the next level.
            ///
            /// @param nodes of the level before
            /// @param findings what the model said of each
            /// @return the nodes added
            List<Integer> grow(List<Integer> nodes, List<Finding> findings);

            /// As far as it is grown.
            DraftTree tree();
        }

        /// The best few paths of each length.
        private final class Best implements Levels {
            private final DraftTree.Builder growing = DraftTree.grow(manner);
            private final Map<Integer, Double> scores = new HashMap<>(); // log-probability by node
            private final int width;

            private record Candidate(int parent, int token, double score) {}

            Best(int width) {
                this.width = width;
                scores.put(DraftTree.ROOT, 0.0);
            }

            @Override
            public List<Integer> grow(List<Integer> nodes, List<Finding> findings) {
                DraftTree tree = tree();
                List<Candidate> candidates = new ArrayList<>();
                for (int i = 0; i < nodes.size(); i++) {
                    int node = nodes.get(i);
                    double reached = scores.getOrDefault(node, 0.0);
                    for (Excerpt.Entry entry : best(findings.get(i), tree.line(node))) {
                        candidates.add(
                                new Candidate(node, entry.id(), reached + entry.logProbability()));
                    }
                }
                candidates.sort(Comparator.comparingDouble(each -> -each.score));
                List<Integer> level = new ArrayList<>();
                for (Candidate each : candidates.subList(0, Math.min(width, candidates.size()))) {
                    int node = growing.add(each.parent, each.token);
                    scores.put(node, each.score);
                    level.add(node);
                }
                return level;
            }

            /// The best tokens as the request draws; where it is greedy and knows but one, the
            /// model's own next best after it.
            private List<Excerpt.Entry> best(Finding finding, Tokens ahead) {
                List<Excerpt.Entry> best =
                        new ArrayList<>(line.law(finding, ahead).top(width).entries());
                List<Excerpt.Entry> raw =
                        switch (finding) {
                            case Excerpt excerpt -> excerpt.entries();
                            case Categorical law -> law.top(width).entries();
                            default -> List.of();
                        };
                Set<Integer> known = new HashSet<>();
                best.forEach(entry -> known.add(entry.id()));
                raw.stream()
                        .filter(entry -> known.size() < width && known.add(entry.id()))
                        .forEach(best::add);
                return best;
            }

            @Override
            public DraftTree tree() {
                return growing.build();
            }
        }

        /// Sequences that are drawn side by side.
        private final class Drawn implements Levels {
            private final DraftTree.Builder growing = DraftTree.grow(manner);
            private final List<Integer> ends = new ArrayList<>(); // where each sequence has come to

            Drawn(int width) {
                for (int i = 0; i < width; i++) {
                    ends.add(DraftTree.ROOT);
                }
            }

            @Override
            public List<Integer> grow(List<Integer> nodes, List<Finding> findings) {
                DraftTree tree = tree();
                Set<Integer> level = new LinkedHashSet<>();
                for (int i = 0; i < nodes.size(); i++) {
                    int node = nodes.get(i);
                    Categorical law = line.law(findings.get(i), tree.line(node));
                    growing.law(node, law);
                    double[] left = law.probabilities();
                    for (int lane = 0; lane < ends.size(); lane++) {
                        if (ends.get(lane) == node) {
                            int child = draw(node, tree.depth(node), law, left, lane);
                            ends.set(lane, child);
                            level.add(child);
                        }
                    }
                    if (manner == Manner.DISTINCT) {
                        ends.removeIf(end -> end == node); // no token was left for these
                    }
                }
                level.remove(DraftTree.ROOT);
                return List.copyOf(level);
            }

            private int draw(int node, int depth, Categorical law, double[] left, int lane) {
                long place = line.position() + depth;
                if (manner == Manner.RACED) {
                    return growing.add(node, line.targetChance().draw(law, place));
                }
                Chance chance = line.draftChance(lane);
                if (manner == Manner.SAMPLED) {
                    return growing.add(node, chance.draw(law, place));
                }
                if (Arrays.stream(left).noneMatch(each -> each > 0)) {
                    return node;
                }
                int index = chance.pick(left, place);
                left[index] = 0;
                return growing.add(node, law.id(index));
            }

            @Override
            public DraftTree tree() {
                return growing.build();
            }
        }
    }
}
