package org.cumae.model;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Several contexts of one model that are asked as if they were one: what is fed from now on is fed
/// to all, and their laws are pooled.
///
/// The members may have different pasts: other prompts, other parts of what is known, nothing at
/// all. So any decoder draws from a mixture of prompts, or with guidance, or from the mean over
/// several choices of what is revealed (PSI, arXiv 2509.09737), without knowing it. The members
/// belong to the pool, which closes them. Used by one thread at a time.
public final class PooledContext implements Context {
    private final List<Context> members;
    private final Pooling pooling;
    private final List<Integer> pasts; // rows of each member that are no rows of the pool

    /// How laws become one.
    public sealed interface Pooling {
        /// One law out of several over the same ids.
        ///
        /// @param laws at least one; with weights as many as those
        /// @throws IllegalArgumentException if they exclude all of each other's ids
        default Categorical pool(List<Categorical> laws) {
            Categorical first = laws.getFirst();
            int size = first.size();
            int[] ids = IntStream.range(0, size).map(first::id).toArray();
            double[] logits = new double[size];
            for (int i = 0; i < size; i++) {
                logits[i] =
                        switch (this) {
                            case Pooling.Mean _ -> Math.log(mean(laws, ids[i]));
                            case Pooling.Logits(List<Double> weights) -> sum(laws, weights, ids[i]);
                        };
            }
            double best = Arrays.stream(logits).max().orElseThrow();
            Check.argument(
                    best > Double.NEGATIVE_INFINITY,
                    "the pooled laws exclude all of each other's ids");
            float[] relative = new float[size];
            for (int i = 0; i < size; i++) {
                relative[i] = (float) (logits[i] - best);
            }
            return Categorical.listed(ids, relative);
        }

        private static double mean(List<Categorical> laws, int id) {
            return laws.stream().mapToDouble(law -> law.probability(id)).sum() / laws.size();
        }

        /// What a member with a weight of 0 says does not count, not even that something cannot be;
        /// and what one with a positive weight excludes stays excluded.
        private static double sum(List<Categorical> laws, List<Double> weights, int id) {
            double sum = 0;
            boolean excluded = false;
            for (int i = 0; i < laws.size(); i++) {
                double weight = weights.get(i);
                double logProbability = laws.get(i).logProbability(id);
                if (weight > 0 && logProbability == Double.NEGATIVE_INFINITY) {
                    excluded = true;
                } else if (weight != 0 && logProbability > Double.NEGATIVE_INFINITY) {
                    sum += weight * logProbability;
                }
            }
            return excluded ? Double.NEGATIVE_INFINITY : sum;
        }

        /// The mean of the probabilities: what is known once the choice between the members is
        /// forgotten.
        record Mean() implements Pooling {}

        /// The weighted sum of the logits.
        ///
        /// @param weights `[member]`; they may be negative, and with `1 + g` and `-g` of a law with
        ///   and one without a condition this is guidance of strength `g`
        record Logits(List<Double> weights) implements Pooling {
            /// Copies the list.
            public Logits {
                weights = List.copyOf(weights);
                Check.argument(
                        weights.stream().allMatch(Double::isFinite),
                        "weights are %s; they must be finite",
                        weights);
            }
        }
    }

    /// A pool.
    ///
    /// @param members distinct contexts of one engine, at least one; the pool closes them
    /// @param pooling how their laws become one
    /// @throws IllegalArgumentException if there is no member, or not one weight for each
    public PooledContext(List<Context> members, Pooling pooling) {
        this(members, pooling, members.stream().map(Context::length).toList());
    }

    private PooledContext(List<Context> members, Pooling pooling, List<Integer> pasts) {
        this.members = List.copyOf(members);
        this.pooling = pooling;
        this.pasts = pasts;
        Check.argument(!members.isEmpty(), "a pool needs at least one context; it was given none");
        if (pooling instanceof Pooling.Logits(List<Double> weights)) {
            Check.argument(
                    weights.size() == members.size(),
                    "%d contexts are pooled with %d weights; give each context one",
                    members.size(),
                    weights.size());
        }
    }

    @Override
    public Card card() {
        return members.getFirst().card();
    }

    /// Rows that were fed since the contexts were pooled.
    @Override
    public int length() {
        return members.getFirst().length() - pasts.getFirst();
    }

    @Override
    public List<Answer> askAll(List<Question> questions) {
        List<Question> all = new ArrayList<>();
        for (Question question : questions) {
            for (Context member : members(question.context())) {
                all.add(new Question(member, question.query()));
            }
        }
        List<Answer> answers = members.getFirst().askAll(all);
        List<Answer> pooled = new ArrayList<>();
        int next = 0;
        for (Question question : questions) {
            int size = members(question.context()).size();
            pooled.add(
                    question.context() instanceof PooledContext pool
                            ? pool.pool(answers.subList(next, next + size))
                            : answers.get(next));
            next += size;
        }
        return pooled;
    }

    private static List<Context> members(Context context) {
        return context instanceof PooledContext pool ? pool.members : List.of(context);
    }

    private Answer pool(List<Answer> answers) {
        int wants = answers.getFirst().findings().size();
        List<Finding> findings = new ArrayList<>();
        for (int want = 0; want < wants; want++) {
            int index = want;
            findings.add(
                    pooling.pool(
                            answers.stream().map(answer -> answer.categorical(index)).toList()));
        }
        return new Answer(findings);
    }

    @Override
    public PooledContext fork() {
        return new PooledContext(members.stream().map(Context::fork).toList(), pooling, pasts);
    }

    @Override
    public void truncate(int length) {
        keep(length, Tokens.NONE);
    }

    @Override
    public void keep(int from, Tokens rows) {
        State.checkKeep(from, rows, length());
        for (int i = 0; i < members.size(); i++) {
            int past = pasts.get(i);
            Tokens shifted = Tokens.of(rows.stream().map(row -> row + past).toArray());
            members.get(i).keep(past + from, shifted);
        }
    }

    /// What the first member and whatever shares its account have cost: contexts of one request
    /// share one.
    @Override
    public Ledger ledger() {
        return members.getFirst().ledger();
    }

    @Override
    public void close() {
        members.forEach(Context::close);
    }
}
