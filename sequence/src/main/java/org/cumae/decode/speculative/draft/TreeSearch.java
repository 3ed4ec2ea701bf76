package org.cumae.decode.speculative.draft;

import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Manner;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// ADED's Monte-Carlo tree search over a table of trigrams.
///
/// Each iteration goes down by `S/N + P sqrt(N_parent)/(1+N) (c1 + ln((N_parent+c2+1)/c2))`, with
/// `P` the weight of the step, expands the node it comes to, completes the path by chance, and adds
/// 1 and the weights along it to the scores. The most visited paths, each with its likeliest next
/// token, are the draft.
///
/// Departs from the authors' code in two places that are slips there: the score sums the weights of
/// the path's own steps, and expansion goes on from the heaviest child.
///
/// @param iterations how often it walks down
/// @param c1 weight of exploration
/// @param c2 how slowly that grows
/// @param steps the longest path, before its likeliest next token
/// @param paths how many paths make the draft
/// @see <a href="https://arxiv.org/abs/2407.12021">Liu et al. 2024</a>
record TreeSearch(int iterations, double c1, double c2, int steps, int paths) {
    static final TreeSearch REFERENCE = new TreeSearch(150, 32, 8, 3, 24);

    /// A node of the search.
    static final class Node {
        final AdaptiveTrigrams.Pair pair;
        final double prior;
        final List<Node> children = new ArrayList<>();
        boolean expanded;
        int visits;
        double score;

        Node(AdaptiveTrigrams.Pair pair, double prior) {
            this.pair = pair;
            this.prior = prior;
        }
    }

    DraftTree grow(
            AdaptiveTrigrams.Pair start, AdaptiveTrigrams table, Budget budget, Noise noise) {
        Node root = search(start, table, noise);
        return budget.isChain() ? chain(root, table, budget) : tree(root, table, budget);
    }

    /// The tree after all iterations.
    Node search(AdaptiveTrigrams.Pair start, AdaptiveTrigrams table, Noise noise) {
        Node root = new Node(start, 1);
        for (int i = 0; i < iterations; i++) {
            walk(root, table, noise.at(i));
        }
        return root;
    }

    private void walk(Node root, AdaptiveTrigrams table, Noise noise) {
        List<Node> path = new ArrayList<>(List.of(root));
        Node node = root;
        while (!node.children.isEmpty() && path.size() <= steps) {
            node = best(node);
            path.add(node);
        }
        if (path.size() <= steps && expand(node, table)) {
            node = node.children.getFirst();
            path.add(node);
        }
        double score = 1 + path.stream().skip(1).mapToDouble(each -> each.prior).sum();
        score += roll(node.pair, steps + 1 - path.size(), table, noise);
        for (Node each : path) {
            each.visits++;
            each.score += score;
        }
    }

    private Node best(Node parent) {
        Node best = parent.children.getFirst();
        double most = Double.NEGATIVE_INFINITY;
        for (Node child : parent.children) {
            double value = preference(child, parent.visits);
            if (value > most) {
                most = value;
                best = child;
            }
        }
        return best;
    }

    /// What makes a child worth a visit.
    double preference(Node child, int parentVisits) {
        double exploitation =
                child.visits == 0 ? Double.POSITIVE_INFINITY : child.score / child.visits;
        return exploitation + exploration(child.prior, child.visits, parentVisits);
    }

    /// The part that falls with a child's visits and grows with its parent's.
    double exploration(double prior, int visits, int parentVisits) {
        return prior
                * Math.sqrt(parentVisits)
                / (1 + visits)
                * (c1 + Math.log((parentVisits + c2 + 1) / c2));
    }

    private static boolean expand(Node node, AdaptiveTrigrams table) {
        if (!node.expanded) {
            node.expanded = true;
            for (Trigrams.Follower each : table.followers(node.pair)) {
                node.children.add(new Node(table.after(node.pair, each.token()), each.weight()));
            }
        }
        return !node.children.isEmpty();
    }

    /// The weights of a completion by chance.
    private static double roll(
            AdaptiveTrigrams.Pair from, int steps, AdaptiveTrigrams table, Noise noise) {
        AdaptiveTrigrams.Pair pair = from;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            List<Trigrams.Follower> followers = table.followers(pair);
            if (followers.isEmpty()) {
                break;
            }
            Trigrams.Follower drawn = draw(followers, noise.uniform(i));
            sum += drawn.weight();
            pair = table.after(pair, drawn.token());
        }
        return sum;
    }

    private static Trigrams.Follower draw(List<Trigrams.Follower> followers, double uniform) {
        double left = uniform * followers.stream().mapToDouble(Trigrams.Follower::weight).sum();
        for (Trigrams.Follower each : followers) {
            left -= each.weight();
            if (left < 0) {
                return each;
            }
        }
        return followers.getLast();
    }

    private record Path(List<Integer> tokens, Node end) {}

    private DraftTree tree(Node root, AdaptiveTrigrams table, Budget budget) {
        List<Path> all = new ArrayList<>();
        collect(new Path(List.of(), root), all);
        all.sort(Comparator.comparingInt(path -> -path.end.visits));
        DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
        for (Path path : all.subList(0, Math.min(paths, all.size()))) {
            add(tree, withNext(path, table), budget);
        }
        return tree.build();
    }

    private static void collect(Path path, List<Path> all) {
        for (Node child : path.end.children) {
            if (child.visits > 0) {
                List<Integer> tokens = new ArrayList<>(path.tokens);
                tokens.add(child.pair.second());
                Path longer = new Path(tokens, child);
                all.add(longer);
                collect(longer, all);
            }
        }
    }

    private static List<Integer> withNext(Path path, AdaptiveTrigrams table) {
        List<Integer> tokens = new ArrayList<>(path.tokens);
        table.next(path.end.pair, 1).forEach(guess -> tokens.add(guess.token()));
        return tokens;
    }

    private static void add(DraftTree.Builder tree, List<Integer> tokens, Budget budget) {
        int node = DraftTree.ROOT;
        for (int token : tokens.subList(0, Math.min(tokens.size(), budget.length()))) {
            if (tree.size() == budget.nodes()) {
                return;
            }
            node = tree.add(node, token);
        }
    }

    /// The most visited children all the way down.
    private static DraftTree chain(Node root, AdaptiveTrigrams table, Budget budget) {
        Path path = new Path(new ArrayList<>(), root);
        while (path.end.children.stream().anyMatch(child -> child.visits > 0)) {
            Node next =
                    path.end.children.stream()
                            .max(Comparator.comparingInt(child -> child.visits))
                            .orElseThrow();
            List<Integer> tokens = new ArrayList<>(path.tokens);
            tokens.add(next.pair.second());
            path = new Path(tokens, next);
        }
        DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
        add(tree, withNext(path, table), budget);
        return tree.build();
    }
}
