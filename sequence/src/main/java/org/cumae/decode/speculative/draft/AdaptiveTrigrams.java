package org.cumae.decode.speculative.draft;

import org.cumae.decode.speculative.Line;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A table of trigrams that follows the texts it drafts for. What it was made from stays as it is.
/// Safe for any thread.
public final class AdaptiveTrigrams implements Continuations<AdaptiveTrigrams.Pair> {
    private final Trigrams base;
    private final Adaptation adaptation;
    private final Map<Long, List<Trigrams.Follower>> changed = new HashMap<>(); // heaviest first

    /// Two tokens, one after the other.
    public record Pair(int first, int second) {}

    /// As the base says at first.
    public AdaptiveTrigrams(Trigrams base, Adaptation adaptation) {
        this.base = base;
        this.adaptation = adaptation;
    }

    /// What it was made from.
    public Trigrams base() {
        return base;
    }

    /// The table as it is now, to be kept.
    public synchronized Trigrams table() {
        return base.with(changed);
    }

    /// Takes notice of a text.
    ///
    /// @param line the text
    /// @param read how many of its tokens were noticed before; 0 for a new text
    void follow(Line line, int read) {
        if (adaptation.increment() == 0) {
            return;
        }
        int window = Math.max(0, line.length() - adaptation.window());
        int begin = adaptation.wholePrompt() ? 0 : window;
        int later = adaptation.once() ? read - 2 : window; // trigrams that end in a new token
        int from = read == 0 ? begin : Math.max(later, 0);
        for (int i = from; i + 2 < line.length(); i++) {
            bump(line.token(i), line.token(i + 1), line.token(i + 2));
        }
    }

    synchronized void bump(int first, int second, int token) {
        List<Trigrams.Follower> followers =
                changed.computeIfAbsent(
                        Trigrams.pair(first, second),
                        _ -> new ArrayList<>(base.after(first, second)));
        double weight = adaptation.increment();
        for (int i = 0; i < followers.size(); i++) {
            if (followers.get(i).token() == token) {
                weight += followers.remove(i).weight();
                break;
            }
        }
        followers.add(new Trigrams.Follower(token, Math.min(weight, adaptation.cap())));
        followers.sort(Comparator.comparingDouble(each -> -each.weight())); // stable: newest last
    }

    /// What follows a pair, the heaviest first.
    synchronized List<Trigrams.Follower> followers(Pair pair) {
        List<Trigrams.Follower> followers = changed.get(Trigrams.pair(pair.first(), pair.second()));
        return followers == null ? base.after(pair.first(), pair.second()) : List.copyOf(followers);
    }

    @Override
    public List<Guess> next(Pair pair, int most) {
        List<Trigrams.Follower> followers = followers(pair);
        double total = followers.stream().mapToDouble(Trigrams.Follower::weight).sum();
        return followers.stream()
                .limit(most)
                .map(each -> new Guess(each.token(), each.weight() / total))
                .toList();
    }

    @Override
    public Pair after(Pair pair, int token) {
        return new Pair(pair.second(), token);
    }
}
