package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Manner;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.distribution.Categorical;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;
import java.util.stream.IntStream;

/// Drafts on real layers: what a node sees, and what is left when the draft is gone.
class DraftTreeTest {
    private static final double ROUNDING = 1e-5; // logits of float32 sums in another order
    private static final int MOST_IDS = 64; // drafted; the tiny models know more

    /// A random tree: each node below the root or a node before it.
    private static DraftTree random(Noise noise, int nodes, int depth) {
        DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
        for (int i = 0; tree.size() < nodes && i < 4 * nodes; i++) {
            int parent = (int) (noise.uniform(2 * i) * (tree.size() + 1)) - 1;
            if (tree.depth(parent) < depth) {
                tree.add(parent, (int) (noise.uniform(2 * i + 1) * MOST_IDS));
            }
        }
        return tree.build();
    }

    private static Tokens line(int length, long seed) {
        Noise noise = Noise.of(seed, 0);
        return Tokens.of(
                IntStream.range(0, length).map(i -> (int) (noise.uniform(i) * MOST_IDS)).toArray());
    }

    private static void alike(Categorical law, Categorical other) {
        for (int id = 0; id < law.size(); id++) {
            assertThat(law.logitOf(id)).isCloseTo(other.logitOf(id), within(ROUNDING));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/llama", "hf/mistral", "hf/qwen3", "hf/gpt2"})
    void aNodeSeesItsOwnPathAndNothingElse(String name) {
        try (Transformer model = Transformer.load(Golden.file(name));
                Context context = DirectContext.open(model)) {
            context.ask(Query.feed(line(9, 1)));
            for (int seed = 0; seed < 5; seed++) {
                DraftTree tree = random(Noise.of(7, seed), 13, 4);
                assertThat(tree.isChain()).isFalse();
                Tokens rows = Tokens.of(3).plus(tree.tokens().toArray());
                Query query =
                        Query.feed(rows)
                                .at(tree.positions(9))
                                .seeing(tree.visibility())
                                .wantingEveryLaw();
                try (Context drafted = context.fork()) {
                    var answer = drafted.ask(query);
                    for (int node = DraftTree.ROOT; node < tree.size(); node++) {
                        try (Context plain = context.fork()) {
                            Tokens path = Tokens.of(3).plus(tree.line(node).toArray());
                            alike(
                                    answer.categorical(1 + node),
                                    plain.ask(Query.next(path)).categorical());
                        }
                    }
                }
            }
        }
    }

    /// Knows the text in advance, and hides some of it in a random tree.
    private record Knowing(Tokens text) implements Drafter {
        @Override
        public String name() {
            return "knowing";
        }

        @Override
        public Set<Manner> manners() {
            return Set.of(Manner.CHOSEN);
        }

        @Override
        public Drafting begin(Line line, Manner manner) {
            return budget -> propose(line, budget);
        }

        private DraftTree propose(Line line, Budget budget) {
            Noise noise = Noise.of(3, line.length());
            DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
            int known = (int) (noise.uniform(0) * (budget.length() + 1));
            int node = DraftTree.ROOT;
            for (int i = 0; i < known && line.length() + i < text.size(); i++) {
                for (int beside = 0; beside < 2; beside++) { // false siblings come first
                    tree.add(node, (int) (noise.uniform(1 + 9 * i + beside) * MOST_IDS));
                }
                node = tree.add(node, text.get(line.length() + i));
            }
            return tree.build();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/llama", "hf/mistral", "hf/gpt2"})
    void whatIsLeftOfDraftsIsWhatAFreshContextHolds(String name) {
        try (Transformer model = Transformer.load(Golden.file(name));
                Context plain = DirectContext.open(model);
                Context drafted = DirectContext.open(model)) {
            Request request = Request.of(line(7, 2)).withMaxNewTokens(80);
            Tokens text = new Sequential().decode(plain, request, Sink.NONE).tokens();
            Speculative decoder =
                    new Speculative(
                            new Knowing(request.prompt().plus(text.toArray())),
                            new Match(),
                            new DraftLength.Fixed(4),
                            4);
            var made = decoder.decode(drafted, request, Sink.NONE);
            assertThat(made.tokens()).isEqualTo(text);
            assertThat(made.ledger().forwards()).isLessThan(50);
            assertThat(drafted.length()).isEqualTo(plain.length());
            for (int token = 0; token < 5; token++) {
                try (Context one = plain.fork();
                        Context other = drafted.fork()) {
                    alike(
                            one.ask(Query.next(token)).categorical(),
                            other.ask(Query.next(token)).categorical());
                }
            }
        }
    }
}
