package org.cumae.decode;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Question;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Beam search: follows the best few beginnings and returns the best whole lines found.
///
/// The rules are those that users of Hugging Face know. Each step looks at the best `2 width`
/// continuations of all beams: one that stops is finished if it is among the first `width`, and the
/// best `width` of the others are followed. A line's score is the sum of its log-probabilities over
/// its length, the stop token counted, to the power of the length penalty: above 0 favours long
/// lines, below 0 short ones.
///
/// What is summed are the log-probabilities of the request's [org.cumae.distribution.Sampling], so
/// bias, penalties and filters have their say; temperature 0 counts as 1, since a law of one token
/// leaves nothing to search. Nothing is drawn, so the seed has no say. While it searches it shows
/// the best line so far as provisional steps.
///
/// @param width how many beginnings are followed
/// @param lengthPenalty the power of the length
/// @param patience when to stop looking, once `width` lines are finished
public record Beam(int width, double lengthPenalty, Patience patience) implements Decoder {
    private static final Set<Capability> NEEDS = EnumSet.of(Capability.NEXT_TOKEN);

    /// When a search that has `width` finished lines stops.
    public enum Patience {
        /// At once.
        NONE,
        /// When the best beam, if it ended now, would not beat the worst finished line.
        USUAL,
        /// When no beam, however long it grew, could beat the worst finished line.
        EXACT
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if the width is below 1 or the penalty not finite
    public Beam {
        Check.argument(width > 0, "width is %d; a beam search follows 1 line or more", width);
        Check.argument(
                Double.isFinite(lengthPenalty),
                "lengthPenalty is %s; it must be finite, and 0 ignores the length",
                lengthPenalty);
    }

    /// A search with length penalty 1 and the usual patience.
    ///
    /// @param width how many beginnings are followed
    public Beam(int width) {
        this(width, 1, Patience.USUAL);
    }

    @Override
    public String name() {
        return "beam";
    }

    @Override
    public Set<Capability> needs() {
        return NEEDS;
    }

    @Override
    public Generation decode(Context context, Request request, Sink sink) {
        Request searched =
                request.sampling().isGreedy()
                        ? request.withSampling(
                                request.sampling().withTemperature(1).withoutFilters())
                        : request;
        Transcript out = new Transcript(this, context, searched, sink);
        if (!out.isOpen()) {
            return out.end();
        }
        try (Search search = new Search(context, searched, out)) {
            try {
                search.run();
            } catch (CancellationException e) {
                out.cancel();
            }
            return search.end();
        }
    }

    /// A beginning and how it came about.
    private record Line(List<Choice> choices, double sum) {
        Line plus(Choice choice, double logProbability) {
            List<Choice> longer = new ArrayList<>(choices);
            longer.add(choice);
            return new Line(longer, sum + logProbability);
        }

        int length() {
            return choices.size();
        }

        Tokens tokens() {
            return Tokens.of(choices.stream().mapToInt(Choice::token).toArray());
        }
    }

    /// A beginning that is followed, and the context that holds it.
    private record Follower(Line line, Context context) {}

    /// A follower, a token after it, and the sum that they have.
    private record Continuation(int follower, int index, double sum) {}

    private record Scored(Line line, double score) {}

    /// One search on its way.
    private final class Search implements AutoCloseable {
        private final Context root;
        private final Request request;
        private final Transcript out;
        private final int room;
        private List<Follower> followers = new ArrayList<>();
        private final List<Scored> finished = new ArrayList<>();
        private Tokens shown = Tokens.NONE;

        Search(Context root, Request request, Transcript out) {
            this.root = root;
            this.request = request;
            this.out = out;
            this.room = out.room();
        }

        void run() {
            Tokens prompt = request.prompt();
            Query first = Query.next(prompt);
            List<Categorical> laws = List.of(root.ask(first).categorical());
            followers.add(new Follower(new Line(List.of(), 0), root.fork()));
            extend(laws);
            while (!followers.isEmpty() && !isDone() && out.isOpen() && !out.isLate()) {
                List<Question> questions =
                        followers.stream()
                                .map(
                                        each ->
                                                new Question(
                                                        each.context,
                                                        Query.next(
                                                                each.line
                                                                        .choices
                                                                        .getLast()
                                                                        .token())))
                                .toList();
                extend(Question.askAll(questions).stream().map(Answer::categorical).toList());
                show();
            }
        }

        /// From the laws of what follows each follower to the next followers.
        private void extend(List<Categorical> raws) {
            List<Categorical> laws =
                    IntStream.range(0, raws.size())
                            .mapToObj(i -> law(followers.get(i).line, raws.get(i)))
                            .toList();
            List<Continuation> best = best(laws);
            List<Continuation> kept = new ArrayList<>();
            List<Line> lines = new ArrayList<>();
            for (int rank = 0; rank < best.size() && kept.size() < width; rank++) {
                Continuation next = best.get(rank);
                Categorical raw = raws.get(next.follower);
                Categorical law = laws.get(next.follower);
                Line line = followers.get(next.follower).line;
                Line longer = line.plus(choice(raw, law, law.id(next.index)), next.sum - line.sum);
                if (!stops(longer)) {
                    kept.add(next);
                    lines.add(longer);
                } else if (rank < width) {
                    finish(longer);
                }
            }
            follow(kept, lines);
            if (!followers.isEmpty() && followers.getFirst().line.length() >= room) {
                followers.forEach(each -> finish(each.line));
                follow(List.of(), List.of());
            }
        }

        private Categorical law(Line line, Categorical raw) {
            line.choices.forEach(choice -> out.history().add(choice.token()));
            Categorical law = out.law(raw, line.length());
            out.history().truncate(0);
            return law;
        }

        /// The best continuations of all followers: sums descending, ties to the earlier follower
        /// and the smaller id.
        private List<Continuation> best(List<Categorical> laws) {
            int count = Math.max(2, 1 + request.stops().tokens().size()) * width;
            List<Continuation> all = new ArrayList<>();
            for (int i = 0; i < laws.size(); i++) {
                Categorical law = laws.get(i);
                for (Excerpt.Entry entry : law.top(count).entries()) {
                    if (entry.probability() > 0) {
                        double sum = followers.get(i).line.sum + entry.logProbability();
                        all.add(new Continuation(i, law.indexOf(entry.id()), sum));
                    }
                }
            }
            all.sort(
                    Comparator.comparingDouble(Continuation::sum)
                            .reversed()
                            .thenComparingInt(Continuation::follower)
                            .thenComparingInt(Continuation::index));
            return all.subList(0, Math.min(count, all.size()));
        }

        private Choice choice(Categorical raw, Categorical law, int token) {
            int count = request.alternatives();
            return new Choice(token, raw.logProbability(token), raw.top(count), law.top(count));
        }

        private boolean stops(Line line) {
            Stops stops = request.stops();
            return stops.tokens().contains(line.choices.getLast().token())
                    || request.sampling()
                            .constraint()
                            .map(rule -> rule.after(line.tokens().toArray()).isComplete())
                            .orElse(false)
                    || stops.endIn(line.tokens(), request.limits().minNewTokens());
        }

        /// The first child of a follower takes its context over, the others get forks.
        private void follow(List<Continuation> kept, List<Line> lines) {
            List<Follower> next = new ArrayList<>();
            Set<Integer> taken =
                    kept.stream().map(Continuation::follower).collect(Collectors.toSet());
            boolean[] used = new boolean[followers.size()];
            for (int i = 0; i < kept.size(); i++) {
                int parent = kept.get(i).follower;
                Context context = followers.get(parent).context;
                next.add(new Follower(lines.get(i), used[parent] ? context.fork() : context));
                used[parent] = true;
            }
            for (int i = 0; i < followers.size(); i++) {
                if (!taken.contains(i)) {
                    followers.get(i).context.close();
                }
            }
            followers = next;
        }

        private void finish(Line line) {
            finished.add(new Scored(line, score(line.sum, line.length())));
            finished.sort(Comparator.comparingDouble(Scored::score).reversed());
            if (finished.size() > width) {
                finished.removeLast();
            }
        }

        private double score(double sum, int length) {
            return sum / Math.pow(length, lengthPenalty);
        }

        private boolean isDone() {
            if (finished.size() < width) {
                return false;
            }
            Line best = followers.getFirst().line;
            // a sum only falls; over a longer length it may still come nearer to 0
            int length = patience == Patience.EXACT && lengthPenalty > 0 ? room : best.length();
            return patience == Patience.NONE || finished.getLast().score >= score(best.sum, length);
        }

        /// Shows where the best line differs from what was shown before.
        private void show() {
            if (followers.isEmpty()) {
                return;
            }
            Line best = followers.getFirst().line;
            Tokens tokens = best.tokens();
            for (int i = 0; i < tokens.size() && out.isOpen(); i++) {
                if (i >= shown.size() || shown.get(i) != tokens.get(i)) {
                    out.show(i, best.choices.get(i), i < shown.size());
                }
            }
            shown = tokens;
        }

        Generation end() {
            followers.forEach(each -> finish(each.line)); // of a search that was cut short
            out.found(
                    finished.stream()
                            .map(
                                    each ->
                                            new Generation.Candidate(
                                                    withoutStop(each.line.tokens()),
                                                    each.line.sum,
                                                    each.score))
                            .toList());
            if (!finished.isEmpty() && out.isOpen()) { // a cancelled sink is told no more
                out.commitAll(finished.getFirst().line.choices);
            }
            return out.end();
        }

        private Tokens withoutStop(Tokens tokens) {
            boolean stop = !tokens.isEmpty() && request.stops().tokens().contains(tokens.last());
            return stop ? tokens.slice(0, tokens.size() - 1) : tokens;
        }

        @Override
        public void close() {
            followers.forEach(each -> each.context.close());
        }
    }
}
