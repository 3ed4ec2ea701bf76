package org.cumae.decode.speculative;

import org.cumae.Check;
import org.cumae.decode.Choice;
import org.cumae.decode.Decoder;
import org.cumae.decode.Draft;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.Transcript;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Drafts several tokens, has the model look at all of them in one pass, and keeps as many as the
/// law allows.
///
/// The context holds every written token but the last, as plain decoding leaves it. A round feeds
/// that one and the draft, and takes back of the draft what was not accepted. A round without a
/// draft is a step of plain decoding.
///
/// @param drafter who proposes
/// @param law what stays
/// @param length how far is drafted
/// @param width how many candidates may stand side by side; 1 is a single chain
public record Speculative(Drafter drafter, Law law, DraftLength length, int width)
        implements Decoder {
    /// The most tokens of a draft: attention to them costs rows, and rows cost time.
    public static final int MOST_NODES = 256;

    /// Checks that the parts fit each other.
    ///
    /// @throws IllegalArgumentException naming what does not fit and what would
    public Speculative {
        Check.argument(width > 0, "width is %d; a draft has 1 candidate or more", width);
        Check.argument(
                (long) width * length.most() <= MOST_NODES,
                "a draft of length %d and width %d has up to %d tokens; at most %d are drafted",
                length.most(),
                width,
                (long) width * length.most(),
                MOST_NODES);
        Check.argument(
                law.branches() || width == 1,
                "law %s decides about a single chain and width is %d; set width to 1, or use"
                        + " another law",
                law.name(),
                width);
        Check.argument(
                law.takes().stream().anyMatch(drafter.manners()::contains),
                "law %s needs a draft whose tokens are %s, and draft %s gives tokens that are %s; use"
                        + " law match",
                law.name(),
                words(law.takes()),
                drafter.name(),
                words(drafter.manners().stream().sorted().toList()));
    }

    private static String words(List<Manner> manners) {
        return manners.stream().map(Manner::words).collect(Collectors.joining(" or "));
    }

    @Override
    public String name() {
        return "speculative";
    }

    @Override
    public Set<Capability> needs() {
        Set<Capability> needs = EnumSet.of(Capability.NEXT_TOKEN, Capability.ROLLBACK);
        if (width > 1 || drafter.riders(length.most()) > 0) {
            needs.add(Capability.ANY_VISIBILITY);
        }
        return needs;
    }

    /// The kind of draft that the law welcomes most of those that the drafter can give.
    private Manner manner() {
        return law.takes().stream()
                .filter(drafter.manners()::contains)
                .findFirst()
                .orElseThrow(); // checked when this was made
    }

    @Override
    public Generation decode(Context context, Request request, Sink sink) {
        Transcript out = new Transcript(this, context, request, sink);
        drafter.check(context.card(), budget(Math.max(length.most(), 1), context.card(), 0));
        if (!law.exact()) {
            context.ledger().relax();
        }
        if (!out.isOpen()) {
            return out.end();
        }
        Line line = new Line(request, out);
        try (Drafting drafting = drafter.begin(line, manner())) {
            new Writing(context, request, out, line, drafting).run();
        } catch (CancellationException e) {
            out.cancel();
        }
        return out.end();
    }

    /// What may be drafted behind so many rows.
    private Budget budget(int length, Card card, int held) {
        int room = Math.max(card.maxLength() - held - 1, 1);
        return new Budget(length, width, Math.min(length * width, room));
    }

    /// One text on its way.
    private final class Writing {
        private final Context context;
        private final Request request;
        private final Transcript out;
        private final Line line;
        private final Drafting drafting;
        private final Throttle throttle = length.begin(width, drafter::riders);

        Writing(Context context, Request request, Transcript out, Line line, Drafting drafting) {
            this.context = context;
            this.request = request;
            this.out = out;
            this.line = line;
            this.drafting = drafting;
        }

        void run() {
            Tokens prompt = request.prompt();
            Riders riders = riders(DraftTree.EMPTY, length(), prompt.size() - 1);
            Answer first = context.ask(first(prompt, riders));
            if (riders.size() > 0) {
                context.truncate(prompt.size());
            }
            line.add(out.commit(out.choose(first.findings().getFirst())));
            tell(DraftTree.ROOT, riders, first);
            while (out.isOpen()) {
                round();
            }
        }

        private void round() {
            long begin = System.nanoTime();
            int longest = length();
            DraftTree tree = draft(longest);
            int held = context.length();
            Riders riders = riders(tree, longest, held);
            long drafted = System.nanoTime();
            Answer answer = context.ask(query(tree, riders, held));
            long answered = System.nanoTime();
            Looked looked = new Looked(tree, answer);
            Verdict verdict =
                    law.verify(new Round(tree, looked, request.chance(), out.position(0)));
            if (out.isWatched() && !tree.isEmpty()) {
                out.drafted(shown(tree, verdict));
            }
            int taken = out.commitAll(looked.choices(verdict));
            keep(held, verdict.accepted().subList(0, taken - 1));
            verdict.accepted().forEach(node -> line.add(tree.token(node)));
            line.add(verdict.next());
            List<Integer> path = verdict.accepted();
            tell(path.isEmpty() ? DraftTree.ROOT : path.getLast(), riders, answer);
            int accepted = Math.min(taken, verdict.accepted().size());
            if (!tree.isEmpty()) {
                long verified = System.nanoTime() - answered;
                context.ledger().draft(tree.size(), accepted, drafted - begin, verified);
            }
            throttle.ran(tree, riders.size(), path.size(), drafted - begin, answered - drafted);
        }

        private static Draft shown(DraftTree tree, Verdict verdict) {
            Set<Integer> accepted = Set.copyOf(verdict.accepted());
            return new Draft(
                    IntStream.range(0, tree.size())
                            .mapToObj(
                                    node ->
                                            new Draft.Guess(
                                                    tree.parent(node),
                                                    tree.token(node),
                                                    accepted.contains(node)))
                            .toList());
        }

        /// How far is drafted now: the token after the draft must still find room.
        private int length() {
            return Math.min(throttle.next(), out.room() - 1);
        }

        private DraftTree draft(int longest) {
            if (longest <= 0) {
                return DraftTree.EMPTY;
            }
            Budget budget = budget(longest, context.card(), context.length());
            DraftTree tree = drafting.propose(budget);
            Check.state(
                    tree.size() <= budget.nodes()
                            && tree.depth() <= budget.length()
                            && (tree.isEmpty() || law.takes().contains(tree.manner())),
                    "draft %s gave %s within a budget of %s, for law %s",
                    drafter.name(),
                    tree,
                    budget,
                    law.name());
            return tree;
        }

        /// What is asked beside the laws of a draft.
        private Riders riders(DraftTree tree, int length, int held) {
            int most = Math.max(context.card().maxLength() - held - 1 - tree.size(), 0);
            Riders riders = drafting.riders(tree, Math.max(length, 0), most);
            Check.state(
                    riders.size() <= most,
                    "draft %s has %d rows ride along where there is room for %d",
                    drafter.name(),
                    riders.size(),
                    most);
            return riders;
        }

        /// The riders' findings are the last of an answer.
        private void tell(int node, Riders riders, Answer answer) {
            int all = answer.findings().size();
            drafting.told(node, answer.findings().subList(all - riders.findings(), all));
        }

        private Query first(Tokens prompt, Riders riders) {
            List<Want> wants = new ArrayList<>(List.of(want(prompt.size() - 1, 0)));
            wants.addAll(riders.wants(prompt.size() - 1, 0));
            Riders.Company rows = riders.behind(DraftTree.EMPTY);
            Check.state(
                    rows.isChain(),
                    "draft %s has rows beside each other ride behind the prompt",
                    drafter.name());
            return Query.feed(prompt.plus(rows.tokens())).wanting(wants);
        }

        private Query query(DraftTree tree, Riders riders, int held) {
            List<Want> wants = new ArrayList<>();
            for (int node = DraftTree.ROOT; node < tree.size(); node++) {
                wants.add(want(1 + node, tree.depth(node)));
            }
            wants.addAll(riders.wants(0, tree.size()));
            Riders.Company rows = riders.behind(tree);
            Tokens fed = Tokens.of(line.token(line.length() - 1)).plus(rows.tokens());
            Query query = Query.feed(fed).wanting(wants);
            return rows.isChain()
                    ? query
                    : query.at(rows.positions(held)).seeing(rows.visibility());
        }

        /// A law that is not exact may write a token that is none of the target's best.
        private Want want(int row, int ahead) {
            return law.exact() ? out.want(row, ahead) : new Want.Law(row);
        }

        /// Of the draft's rows, those of the accepted nodes stay.
        private void keep(int held, List<Integer> nodes) {
            int behind = held + 1; // of the token that was fed with the draft
            boolean straight = IntStream.range(0, nodes.size()).allMatch(i -> nodes.get(i) == i);
            if (straight) {
                context.truncate(behind + nodes.size());
            } else {
                context.keep(
                        behind,
                        Tokens.of(nodes.stream().mapToInt(node -> behind + node).toArray()));
            }
        }

        /// What the target said of a draft.
        private final class Looked implements Target {
            private final DraftTree tree;
            private final Answer answer;
            private final Map<Integer, Categorical> laws = new HashMap<>();

            Looked(DraftTree tree, Answer answer) {
                this.tree = tree;
                this.answer = answer;
            }

            @Override
            public Categorical law(int node) {
                Categorical known = laws.get(node);
                if (known == null) {
                    known = line.law(answer.findings().get(1 + node), tree.line(node));
                    laws.put(node, known);
                }
                return known;
            }

            /// What was accepted, and the token after it.
            List<Choice> choices(Verdict verdict) {
                List<Choice> choices = new ArrayList<>();
                int before = DraftTree.ROOT;
                for (int node : verdict.accepted()) {
                    choices.add(choice(before, tree.token(node)));
                    before = node;
                }
                choices.add(choice(before, verdict.next()));
                return choices;
            }

            private Choice choice(int before, int token) {
                return out.choice(answer.findings().get(1 + before), law(before), token);
            }
        }
    }
}
