package org.cumae.decode.block;

import org.cumae.Check;
import org.cumae.distribution.Categorical;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Which of the masked places that a pass told are written after it. What is written never changes
/// again.
///
/// All choose at least one place. That of confidences is safe where they are high enough for their
/// number: if each of `n` marginals gives its best value more than `1 - e` and `(n + 1) e <= 1`,
/// the best of each is the best of all together.
///
/// @see <a href="https://arxiv.org/abs/2505.22618">Wu et al. 2025, Fast-dLLM, theorem 1</a>
public sealed interface RevealPolicy {
    /// What a policy looks at.
    enum Look {
        /// Where places stand, and nothing else.
        PLACE,
        /// How sure the candidates are.
        CONFIDENCE,
        /// The entropy of the laws.
        ENTROPY,
        /// The candidates themselves.
        CANDIDATES
    }

    /// What it looks at.
    Look looks();

    /// Whether it writes one place a pass and chooses it without a look at what chance drew: then
    /// the text is distributed as the model's conditionals say.
    default boolean exact() {
        return false;
    }

    /// Begins a text.
    Revealing begin();

    /// So many places, from the left.
    ///
    /// @param count places a pass
    record Sequential(int count) implements RevealPolicy {
        /// Checks the count.
        public Sequential {
            requireCount("count", count);
        }

        @Override
        public Look looks() {
            return Look.PLACE;
        }

        @Override
        public boolean exact() {
            return count == 1;
        }

        @Override
        public Revealing begin() {
            return (masks, _) -> first(Math.min(count, masks.size()));
        }
    }

    /// The most confident places, a block's share of its steps at a time.
    ///
    /// @param steps passes over a block: `block div steps` places each, the first `block mod steps`
    ///   one more
    record Static(int steps) implements RevealPolicy {
        /// Checks the steps.
        public Static {
            requireCount("steps", steps);
        }

        @Override
        public Look looks() {
            return Look.CONFIDENCE;
        }

        @Override
        public Revealing begin() {
            return (masks, turn) -> best(masks, share(turn.block(), turn.step()));
        }

        /// How many places a step writes.
        int share(int block, int step) {
            return Math.max(block / steps + (step < block % steps ? 1 : 0), 1);
        }
    }

    /// All places whose confidence is above a threshold, and the most confident ones where those
    /// are too few.
    ///
    /// @param least the threshold, in [0, 1]: 1 is never met, 0 by all
    /// @param floor how many places at least
    record Threshold(double least, int floor) implements RevealPolicy {
        /// Checks the ranges.
        public Threshold {
            Check.argument(
                    least >= 0 && least <= 1, "theta is %s; it must lie between 0 and 1", least);
            requireCount("floor", floor);
        }

        @Override
        public Look looks() {
            return Look.CONFIDENCE;
        }

        @Override
        public Revealing begin() {
            return (masks, _) -> {
                List<Integer> sure =
                        IntStream.range(0, masks.size())
                                .filter(i -> masks.get(i).confidence() > least)
                                .boxed()
                                .toList();
                return sure.size() >= Math.min(floor, masks.size()) ? sure : best(masks, floor);
            };
        }
    }

    /// As many of the most confident places as are sure enough for their number: the largest `n`
    /// with `(n + 1) (1 - c) < factor`, `c` being the confidence of the `n`-th.
    ///
    /// @param factor above 0
    record Factor(double factor) implements RevealPolicy {
        /// Checks the range.
        public Factor {
            Check.argument(factor > 0, "factor is %s; it must be above 0", factor);
        }

        @Override
        public Look looks() {
            return Look.CONFIDENCE;
        }

        @Override
        public Revealing begin() {
            return (masks, _) -> {
                List<Integer> order = order(masks, masked -> -masked.confidence());
                int most = 1;
                for (int n = 1; n <= order.size(); n++) {
                    double doubt = 1 - masks.get(order.get(n - 1)).confidence();
                    most = (n + 1) * doubt < factor ? n : most;
                }
                return order.subList(0, most).stream().sorted().toList();
            };
        }
    }

    /// The places of least entropy, as long as their entropies together stay below a budget.
    ///
    /// @param budget nats
    /// @param withoutLargest whether the largest of them does not count, as the entropy-bounded
    ///   sampler has it
    /// @see <a href="https://arxiv.org/abs/2505.24857">Ben-Hamu et al. 2025</a>
    record EntropyBudget(double budget, boolean withoutLargest) implements RevealPolicy {
        /// Checks the range.
        public EntropyBudget {
            Check.argument(budget >= 0, "the entropy budget is %s; it must be 0 or more", budget);
        }

        @Override
        public Look looks() {
            return Look.ENTROPY;
        }

        @Override
        public Revealing begin() {
            return (masks, _) -> {
                List<Integer> order = order(masks, Masked::entropy);
                double before = 0;
                int count = 0;
                while (count < order.size()) {
                    double entropy = masks.get(order.get(count)).entropy();
                    double spent = withoutLargest ? before : before + entropy;
                    if (count > 0 && spent >= budget) {
                        break;
                    }
                    before += entropy;
                    count++;
                }
                return order.subList(0, count).stream().sorted().toList();
            };
        }
    }

    /// The places whose entropy, and a price for their distance from the first mask, stay below a
    /// limit; the cheapest one where there is none.
    ///
    /// @param limit nats; 0 writes one place a pass
    /// @param price nats for each place of distance
    /// @see <a href="https://arxiv.org/abs/2512.22737">WeDLM 2025</a>
    record EntropyDistance(double limit, double price) implements RevealPolicy {
        /// Checks the ranges.
        public EntropyDistance {
            Check.argument(limit >= 0, "tau is %s; it must be 0 or more", limit);
            Check.argument(price >= 0, "lambda is %s; it must be 0 or more", price);
        }

        @Override
        public Look looks() {
            return Look.ENTROPY;
        }

        @Override
        public boolean exact() {
            return limit == 0;
        }

        @Override
        public Revealing begin() {
            return (masks, _) -> {
                int first = masks.getFirst().position();
                ToDoubleFunction<Masked> cost =
                        masked -> masked.entropy() + price * (masked.position() - first);
                List<Integer> cheap =
                        IntStream.range(0, masks.size())
                                .filter(i -> cost.applyAsDouble(masks.get(i)) < limit)
                                .boxed()
                                .toList();
                return cheap.isEmpty() ? List.of(order(masks, cost).getFirst()) : cheap;
            };
        }
    }

    /// The longest run of leftmost candidates with which a next-token model agrees; where it does
    /// not agree with the first, that one alone, so that it never writes a token itself.
    ///
    /// @param guide who agrees
    /// @see <a href="https://arxiv.org/abs/2505.21467">FlashDLM 2025</a>
    record GuidedPrefix(Guide guide) implements RevealPolicy {
        @Override
        public Look looks() {
            return Look.CANDIDATES;
        }

        @Override
        public Revealing begin() {
            return guide.begin();
        }
    }

    /// Any places: the arm of experiments that knows nothing.
    ///
    /// @param count places a pass
    record Random(int count) implements RevealPolicy {
        /// Checks the count.
        public Random {
            requireCount("count", count);
        }

        @Override
        public Look looks() {
            return Look.PLACE;
        }

        @Override
        public boolean exact() {
            return count == 1;
        }

        @Override
        public Revealing begin() {
            return (masks, turn) -> {
                double[] left = new double[masks.size()];
                Arrays.fill(left, 1);
                int wanted = Math.min(count, left.length);
                for (int i = 0; i < wanted; i++) {
                    Categorical law = Categorical.ofWeights(left);
                    left[turn.chance().draw(law, i)] = 0;
                }
                return IntStream.range(0, left.length).filter(i -> left[i] == 0).boxed().toList();
            };
        }
    }

    private static void requireCount(String what, int count) {
        Check.argument(count > 0, "%s is %d; it must be 1 or more", what, count);
    }

    private static List<Integer> first(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /// Indices by a number, smallest first, ties to the left.
    private static List<Integer> order(List<Masked> masks, ToDoubleFunction<Masked> by) {
        return IntStream.range(0, masks.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> by.applyAsDouble(masks.get(i))))
                .toList();
    }

    private static List<Integer> best(List<Masked> masks, int count) {
        return order(masks, masked -> -masked.confidence())
                .subList(0, Math.min(count, masks.size()))
                .stream()
                .sorted()
                .toList();
    }
}
