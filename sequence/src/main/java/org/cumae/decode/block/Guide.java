package org.cumae.decode.block;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Want;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A next-token model that says how many of another model's candidates are let through, and writes
/// none of its own.
///
/// @param card what the model says of itself
/// @param contexts opens an empty context of it for each text
/// @param accept when it agrees
/// @param chunk how many candidates it looks at in one pass; the next ones only if all were let
///   through
public record Guide(Card card, Supplier<Context> contexts, Accept accept, int chunk) {
    private static final Set<Capability> NEEDS =
            EnumSet.of(Capability.NEXT_TOKEN, Capability.ROLLBACK);

    /// When a guide agrees with a candidate.
    public sealed interface Accept {
        /// Whether it does.
        ///
        /// @param law what the guide says comes here
        /// @param candidate what is proposed
        /// @param chance for rules that are left to it
        /// @param position where the candidate stands
        boolean test(Categorical law, int candidate, Chance chance, long position);

        /// It is what the guide would write.
        record Best() implements Accept {
            @Override
            public boolean test(Categorical law, int candidate, Chance chance, long position) {
                return law.argMax() == candidate;
            }
        }

        /// It is among the guide's best few, and at least a share as probable as the best.
        ///
        /// @param count how many
        /// @param share in [0, 1]; 0 asks for the place among the best only
        record Top(int count, double share) implements Accept {
            /// Checks the ranges.
            public Top {
                Check.argument(count > 0, "top is %d; it must be 1 or more", count);
                Check.argument(
                        share >= 0 && share <= 1, "share is %s; it must lie in [0, 1]", share);
            }

            @Override
            public boolean test(Categorical law, int candidate, Chance chance, long position) {
                boolean among =
                        law.top(count).entries().stream()
                                .anyMatch(entry -> entry.id() == candidate);
                double best = law.probability(law.argMax());
                return among && law.probability(candidate) >= share * best;
            }
        }

        /// The guide gives it a probability of at least so much.
        ///
        /// @param least in [0, 1]
        record AtLeast(double least) implements Accept {
            /// Checks the range.
            public AtLeast {
                Check.argument(
                        least >= 0 && least <= 1, "least is %s; it must lie in [0, 1]", least);
            }

            @Override
            public boolean test(Categorical law, int candidate, Chance chance, long position) {
                return law.probability(candidate) >= least;
            }
        }

        /// By chance, with the probability that the guide gives it.
        record ByChance() implements Accept {
            @Override
            public boolean test(Categorical law, int candidate, Chance chance, long position) {
                return chance.happens(law.probability(candidate), position);
            }
        }
    }

    /// Checks the model.
    ///
    /// @throws org.cumae.model.CapabilityException if it does not say what comes next
    public Guide {
        card.require("a guide", NEEDS);
        Check.argument(chunk > 0, "chunk is %d; it must be 1 or more", chunk);
    }

    /// Refuses a model with other ids.
    ///
    /// @throws IllegalArgumentException naming both
    void check(Card guided) {
        Check.argument(
                card.vocabulary() == guided.vocabulary(),
                "guide %s has a vocabulary of %d and model %s one of %d; guide with a model of the"
                        + " same tokenizer",
                card.name(),
                card.vocabulary(),
                guided.name(),
                guided.vocabulary());
    }

    /// Begins a text.
    Revealing begin() {
        return new Guiding();
    }

    /// The guide beside one text. Its context holds tokens of the line, and those of candidates
    /// that came true.
    private final class Guiding implements Revealing {
        private final Context context = contexts.get();
        private Tokens fed = Tokens.NONE;

        @Override
        public List<Integer> select(List<Masked> masks, Turn turn) {
            int run = run(masks);
            int agreed = 0;
            Tokens line = turn.line();
            boolean all = true;
            while (all && agreed < run) {
                int most = Math.min(agreed + chunk, run);
                int taken = agree(masks, agreed, most, line, turn.chance());
                all = taken == most - agreed;
                for (int i = agreed; i < agreed + taken; i++) {
                    line = line.plus(masks.get(i).candidate());
                }
                agreed += taken;
            }
            return IntStream.range(0, Math.max(agreed, 1)).boxed().toList();
        }

        /// How many masks stand side by side from the left.
        private static int run(List<Masked> masks) {
            int first = masks.getFirst().position();
            int run = 0;
            while (run < masks.size() && masks.get(run).position() == first + run) {
                run++;
            }
            return run;
        }

        /// How many of candidates `[from, to)` the guide lets through, after a line.
        private int agree(List<Masked> masks, int from, int to, Tokens line, Chance chance) {
            int held = 0;
            while (held < Math.min(fed.size(), line.size() - 1)
                    && fed.get(held) == line.get(held)) {
                held++;
            }
            context.truncate(held);
            int room = card.maxLength() - line.size() + 1;
            int last = Math.min(to, from + Math.max(room, 0));
            if (last == from) {
                return 0; // the text has outgrown the guide
            }
            Tokens rest = line.slice(held, line.size());
            for (int i = from; i + 1 < last; i++) {
                rest = rest.plus(masks.get(i).candidate());
            }
            int first = line.size() - 1 - held;
            List<Want.Law> wants =
                    IntStream.range(first, first + last - from).mapToObj(Want.Law::new).toList();
            List<Categorical> laws =
                    context.ask(Query.feed(rest).wanting(wants)).findings().stream()
                            .map(Categorical.class::cast)
                            .toList();
            fed = Tokens.of(line.slice(0, held).plus(rest.toArray()).toArray());
            int agreed = 0;
            while (from + agreed < last) {
                Masked masked = masks.get(from + agreed);
                if (!accept.test(laws.get(agreed), masked.candidate(), chance, masked.position())) {
                    break;
                }
                agreed++;
            }
            return agreed;
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
