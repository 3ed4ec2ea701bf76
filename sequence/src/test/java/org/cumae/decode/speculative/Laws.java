package org.cumae.decode.speculative;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.Constraint;
import org.cumae.distribution.Sampling;
import org.cumae.exact.ExactLaw;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.GrammarConstraint;
import org.cumae.grammar.Regex;
import org.cumae.grammar.TokenTrie;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// What the tests of verification laws share: drafts drawn from tables, and joint laws.
final class Laws {
    static final double ROUNDING = 1e-12;

    /// The example of the reference values; total variation 0.37.
    static final Categorical P = Categorical.ofWeights(.10, .30, .25, .05, .30);

    static final Categorical Q = Categorical.ofWeights(.40, .25, .15, .12, .08);

    private static final long DRAFT = 77;

    private Laws() {}

    /// One round after a prompt, drafted from `q` with `width` sequences of `length` tokens.
    static Verdict round(
            Law law, Chance chance, TableModel p, TableModel q, Tokens prompt, Shape shape) {
        DraftTree tree = draft(law.takes().getFirst(), chance, q, prompt, shape);
        return law.verify(new Round(tree, target(p, prompt, tree), chance, prompt.size()));
    }

    static Target target(TableModel p, Tokens prompt, DraftTree tree) {
        return node -> p.law(prompt.plus(tree.line(node).toArray()));
    }

    record Shape(int length, int width) {}

    static DraftTree draft(Manner manner, Chance chance, TableModel q, Tokens prompt, Shape shape) {
        DraftTree.Builder tree = DraftTree.grow(manner);
        int[] ends = new int[shape.width];
        java.util.Arrays.fill(ends, DraftTree.ROOT);
        for (int depth = 0; depth < shape.length; depth++) {
            Map<Integer, double[]> left = new HashMap<>();
            DraftTree before = tree.build();
            for (int lane = 0; lane < shape.width; lane++) {
                int node = ends[lane];
                Categorical law = q.law(prompt.plus(before.line(node).toArray()));
                if (manner != Manner.CHOSEN) {
                    tree.law(node, law);
                }
                double[] weights = left.computeIfAbsent(node, _ -> Mass.of(law));
                Chance own = chance.lane(DRAFT).lane(lane);
                int token =
                        switch (manner) {
                            case DISTINCT -> law.id(own.pick(weights, depth));
                            case CHOSEN -> law.argMax();
                            case SAMPLED, RACED -> own.draw(law, depth);
                        };
                weights[law.indexOf(token)] = 0;
                ends[lane] = tree.add(node, token);
            }
        }
        return tree.build();
    }

    static Tokens written(Verdict verdict, DraftTree tree) {
        int[] tokens = new int[verdict.accepted().size() + 1];
        for (int i = 0; i < verdict.accepted().size(); i++) {
            tokens[i] = tree.token(verdict.accepted().get(i));
        }
        tokens[tokens.length - 1] = verdict.next();
        return Tokens.of(tokens);
    }

    /// The law of `length` tokens when what a round wrote is continued by the model itself.
    static ExactLaw<Tokens> continued(
            ExactLaw<Tokens> rounds, TableModel p, Tokens prompt, int length) {
        Map<Tokens, Double> law = new HashMap<>();
        rounds.probabilities().forEach((line, mass) -> extend(line, mass, p, prompt, length, law));
        return new ExactLaw<>(law, rounds.runs());
    }

    private static void extend(
            Tokens line,
            double mass,
            TableModel p,
            Tokens prompt,
            int length,
            Map<Tokens, Double> law) {
        if (line.size() >= length) {
            law.merge(line.slice(0, length), mass, Double::sum);
            return;
        }
        Categorical next = p.law(prompt.plus(line.toArray()));
        for (int token = 0; token < next.size(); token++) {
            extend(line.plus(token), mass * next.probability(token), p, prompt, length, law);
        }
    }

    static ExactLaw<Tokens> sequential(TableModel p, Tokens prompt, int length) {
        return ExactLaw.of(
                new Sequential(),
                p,
                Request.of(prompt).withSampling(Sampling.PLAIN).withMaxNewTokens(length));
    }

    /// Lines of ids that an expression matches, written as the letters from `a` on.
    static Constraint constraint(String expression) {
        IntFunction<byte[]> letters = id -> new byte[] {(byte) ('a' + id)};
        Grammar grammar = Grammar.of(Regex.parse(expression));
        return new GrammarConstraint(grammar, new TokenTrie(3, letters), letters, Set.of());
    }

    static double mean(ExactLaw<Tokens> rounds) {
        return rounds.probabilities().entrySet().stream()
                .mapToDouble(entry -> entry.getKey().size() * entry.getValue())
                .sum();
    }

    static List<Law> exactOnes() {
        return List.of(
                new Match(),
                new Chain(),
                new Block(),
                new RecursiveRejection(true),
                new RecursiveRejection(false),
                new Kseq());
    }
}
