package org.cumae.decode.speculative.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.Budget;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.DraftTree;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Drafting;
import org.cumae.decode.speculative.Line;
import org.cumae.decode.speculative.Lines;
import org.cumae.decode.speculative.Manner;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.distribution.Categorical;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Drafts from what was counted: look-up, n-grams, suffixes, ADED's trigrams.
class TableDraftTest {
    private static final double ROUNDING = 1e-6; // weights are kept as float32

    private static DraftTree propose(Drafter drafter, Line line, Budget budget) {
        try (Drafting drafting = drafter.begin(line, Manner.CHOSEN)) {
            return drafting.propose(budget);
        }
    }

    private static Tokens random(int vocabulary, int length, long seed) {
        Noise noise = Noise.of(seed, 0);
        return Tokens.of(
                IntStream.range(0, length)
                        .map(i -> (int) (vocabulary * Math.pow(noise.uniform(i), 2)))
                        .toArray());
    }

    @Test
    void lookupCopiesWhatFollowedTheLongestAndLatestMatch() {
        PromptLookup lookup = new PromptLookup(2, 3);
        // "1 2" came twice, and "9 1 2" once: the longer match counts
        Line line = Lines.of(9, 1, 2, 5, 6, 7, 1, 2, 8, 3, 9, 1, 2);
        assertThat(propose(lookup, line, Budget.chain(4)).tokens())
                .isEqualTo(Tokens.of(5, 6, 7, 1));
        // of equals the latest
        Line even = Lines.of(1, 2, 5, 0, 1, 2, 8, 3, 1, 2);
        assertThat(propose(lookup, even, Budget.chain(2)).tokens()).isEqualTo(Tokens.of(8, 3));
        assertThat(propose(lookup, even, Budget.chain(6)).tokens())
                .isEqualTo(Tokens.of(8, 3, 1, 2, 8, 3));
        // what follows may overlap what matches
        assertThat(propose(lookup, Lines.of(4, 4, 4), Budget.chain(5)).tokens())
                .isEqualTo(Tokens.of(4, 4, 4, 4, 4));
        assertThat(propose(lookup, Lines.of(1, 2, 3, 4, 2), Budget.chain(5)).isEmpty()).isTrue();
        assertThat(propose(lookup, Lines.of(1), Budget.chain(5)).isEmpty()).isTrue();
    }

    @Test
    void suffixCountsEqualABruteForceCount() {
        Tokens text = random(4, 300, 1);
        SuffixCounts counts = SuffixCounts.of(4, List.of(text));
        for (int end = 3; end < 40; end++) {
            SuffixCounts.Place place = counts.begin();
            for (int token : text.slice(0, end).toArray()) {
                place = counts.after(place, token);
            }
            Map<Integer, Integer> expected = followers(text, text.slice(end - 3, end));
            double all = expected.values().stream().mapToInt(n -> n).sum();
            List<Continuations.Guess> guesses = counts.next(place, 4);
            assertThat(guesses).hasSize(expected.size());
            for (Continuations.Guess guess : guesses) {
                assertThat(guess.probability()).isEqualTo(expected.get(guess.token()) / all);
            }
            assertThat(guesses)
                    .isSortedAccordingTo(
                            (a, b) -> Double.compare(b.probability(), a.probability()));
        }
    }

    private static Map<Integer, Integer> followers(Tokens text, Tokens before) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = before.size(); i < text.size(); i++) {
            if (text.slice(i - before.size(), i).equals(before)) {
                counts.merge(text.get(i), 1, Integer::sum);
            }
        }
        return counts;
    }

    @Test
    void whatIsUnknownIsGuessedFromAShorterRun() {
        SuffixCounts counts = SuffixCounts.of(4, List.of(Tokens.of(1, 2, 3, 4, 5, 3, 6)));
        Ngrams fixed = Ngrams.fixed(counts);
        int runs = counts.runs();
        // "9 3" was never seen; "3" was, followed by 4 and by 6
        assertThat(propose(fixed, Lines.of(9, 3), Budget.chain(1)).size()).isEqualTo(1);
        DraftTree tree = propose(fixed, Lines.of(9, 3), new Budget(2, 2, 4));
        assertThat(tree.child(DraftTree.ROOT, 4)).isPresent();
        assertThat(tree.child(DraftTree.ROOT, 6)).isPresent();
        assertThat(propose(fixed, Lines.of(2, 3), Budget.chain(3)).tokens())
                .isEqualTo(Tokens.of(4, 5, 3));
        assertThat(counts.runs()).isEqualTo(runs);
        propose(Ngrams.shared(counts), Lines.of(7, 8), Budget.chain(1));
        assertThat(counts.runs()).isGreaterThan(runs);
        assertThat(propose(fixed, Lines.of(7), Budget.chain(3)).tokens()).isEqualTo(Tokens.of(8));
    }

    /// All trees of as many nodes, by brute force.
    @Test
    void bestFirstGrowthHasTheGreatestExpectedLengthAndSearchNoGreater() {
        for (int seed = 0; seed < 12; seed++) {
            Trigrams table = Trigrams.of(4, 0, List.of(random(4, 200, seed)));
            AdaptiveTrigrams adaptive = new AdaptiveTrigrams(table, Adaptation.DEFAULT);
            AdaptiveTrigrams.Pair start = new AdaptiveTrigrams.Pair(0, 1);
            DraftTree all = new BestFirst(0).grow(start, adaptive, new Budget(2, 99, 99));
            double[] paths = probabilities(all, start, adaptive);
            for (int nodes = 1; nodes <= 6; nodes++) {
                DraftTree tree = new BestFirst(0).grow(start, adaptive, new Budget(2, 9, nodes));
                double value = Arrays.stream(probabilities(tree, start, adaptive)).sum();
                assertThat(value).isCloseTo(greatest(all, paths, nodes), within(ROUNDING));
                DraftTree searched =
                        TreeSearch.REFERENCE.grow(
                                start, adaptive, new Budget(2, 9, nodes), Noise.of(1, seed));
                assertThat(Arrays.stream(probabilities(searched, start, adaptive)).sum())
                        .isLessThanOrEqualTo(value + ROUNDING);
            }
        }
    }

    private static double[] probabilities(
            DraftTree tree, AdaptiveTrigrams.Pair start, AdaptiveTrigrams table) {
        double[] paths = new double[tree.size()];
        for (int node = 0; node < paths.length; node++) {
            AdaptiveTrigrams.Pair pair = start;
            double probability = 1;
            for (int token : tree.line(node).toArray()) {
                probability *=
                        table.next(pair, 99).stream()
                                .filter(guess -> guess.token() == token)
                                .mapToDouble(Continuations.Guess::probability)
                                .sum();
                pair = table.after(pair, token);
            }
            paths[node] = probability;
        }
        return paths;
    }

    private static double greatest(DraftTree all, double[] paths, int nodes) {
        double greatest = 0;
        int size = Math.min(all.size(), 16);
        for (int set = 0; set < 1 << size; set++) {
            BitSet chosen = BitSet.valueOf(new long[] {set});
            boolean connected =
                    chosen.stream()
                            .allMatch(
                                    node ->
                                            all.parent(node) == DraftTree.ROOT
                                                    || chosen.get(all.parent(node)));
            if (connected && chosen.cardinality() <= nodes) {
                greatest = Math.max(greatest, chosen.stream().mapToDouble(i -> paths[i]).sum());
            }
        }
        return greatest;
    }

    @Test
    void trigramsEqualABruteForceCount() {
        Tokens text = random(20, 3000, 3);
        Trigrams table = Trigrams.of(20, 5, List.of(text, Tokens.of(1, 2)));
        int pruned = 0;
        for (int a = 0; a < 20; a++) {
            for (int b = 0; b < 20; b++) {
                Map<Integer, Integer> expected = followers(text, Tokens.of(a, b));
                double all = expected.values().stream().mapToInt(n -> n).sum();
                List<Trigrams.Follower> followers = table.after(a, b);
                assertThat(followers).hasSize(Math.min(expected.size(), Trigrams.TOP));
                List<Integer> best =
                        expected.values().stream().sorted((x, y) -> y - x).limit(12).toList();
                for (int i = 0; i < followers.size(); i++) {
                    assertThat(followers.get(i).weight())
                            .isCloseTo(best.get(i) / all, within(1e-7));
                    assertThat(expected.get(followers.get(i).token())).isEqualTo(best.get(i));
                }
                pruned += expected.size() > Trigrams.TOP ? 1 : 0;
                if (expected.size() <= Trigrams.TOP && !expected.isEmpty()) {
                    assertThat(followers.stream().mapToDouble(Trigrams.Follower::weight).sum())
                            .isCloseTo(1, within(ROUNDING));
                }
            }
        }
        assertThat(pruned).isPositive();
    }

    @Test
    void aStepOfTheReferenceAddsToEveryTrigramOfTheWindow() {
        Tokens text = random(1000, 11, 8); // all different trigrams
        AdaptiveTrigrams table = new AdaptiveTrigrams(Trigrams.NONE, Adaptation.REFERENCE);
        table.follow(Lines.of(text.toArray()), 0);
        assertThat(table.table().size()).isEqualTo(text.size() - 2);
        for (int i = 2; i < text.size(); i++) {
            AdaptiveTrigrams.Pair pair =
                    new AdaptiveTrigrams.Pair(text.get(i - 2), text.get(i - 1));
            assertThat(table.followers(pair))
                    .containsExactly(new Trigrams.Follower(text.get(i), .04));
        }
        Tokens longer = random(1000, 40, 9);
        AdaptiveTrigrams late = new AdaptiveTrigrams(Trigrams.NONE, Adaptation.REFERENCE);
        late.follow(Lines.of(longer.toArray()), 0);
        assertThat(late.table().size()).isEqualTo(14); // trigrams inside the last 16 tokens
        for (int bumps = 1; bumps <= 80; bumps++) {
            late.bump(1, 2, 3);
            double weight = late.followers(new AdaptiveTrigrams.Pair(1, 2)).getFirst().weight();
            assertThat(weight).isCloseTo(Math.min(.04 * bumps, 3), within(1e-9));
            assertThat(weight == 3).isEqualTo(bumps >= 75);
        }
    }

    @Test
    void anOccurrenceCountsOnceUnlessToldOtherwise() {
        Line line = Lines.of(1, 2, 3, 1, 2);
        AdaptiveTrigrams table = new AdaptiveTrigrams(Trigrams.NONE, Adaptation.DEFAULT);
        table.follow(line, 0);
        Lines.write(line, 3);
        table.follow(line, 5);
        table.follow(line, 6);
        assertThat(table.followers(new AdaptiveTrigrams.Pair(1, 2)).getFirst().weight())
                .isCloseTo(.08, within(1e-12));
        assertThat(table.followers(new AdaptiveTrigrams.Pair(2, 3)).getFirst().weight())
                .isCloseTo(.04, within(1e-12));
    }

    @Test
    void explorationFallsWithVisitsAndGrowsWithWeightAndTheParentsVisits() {
        TreeSearch search = TreeSearch.REFERENCE;
        assertThat(search.exploration(.9, 3, 10))
                .isCloseTo(.9 * Math.sqrt(10) / 4 * (32 + Math.log(19 / 8.0)), within(1e-12))
                .isGreaterThan(search.exploration(.9, 4, 10))
                .isGreaterThan(search.exploration(.8, 3, 10))
                .isLessThan(search.exploration(.9, 3, 11));
    }

    /// A naive twin: nothing is kept but the list of all walks, from which every count is worked
    /// out anew.
    @Test
    void visitsEqualThoseOfANaiveTwin() {
        // 0 1 is followed by 2 (often) and 3; after that every pair has one follower
        List<Tokens> corpus = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            corpus.add(Tokens.of(0, 1, 2, 4, 5, 6));
        }
        corpus.add(Tokens.of(0, 1, 3, 7, 8, 9));
        AdaptiveTrigrams table =
                new AdaptiveTrigrams(Trigrams.of(10, 0, corpus), Adaptation.DEFAULT);
        TreeSearch.Node root =
                TreeSearch.REFERENCE.search(new AdaptiveTrigrams.Pair(0, 1), table, Noise.of(4, 4));
        double[] prior = {.9, .1};
        int[] visits = new int[2];
        double[] scores = new double[2];
        for (int walk = 0; walk < 150; walk++) {
            int next = 0;
            if (walk > 0) {
                double[] value = new double[2];
                for (int i = 0; i < 2; i++) {
                    value[i] =
                            visits[i] == 0
                                    ? Double.POSITIVE_INFINITY
                                    : scores[i] / visits[i]
                                            + prior[i]
                                                    * Math.sqrt(walk)
                                                    / (1 + visits[i])
                                                    * (32 + Math.log((walk + 9) / 8.0));
                }
                next = value[1] > value[0] ? 1 : 0;
            }
            visits[next]++;
            scores[next] += 1 + prior[next] + 2; // two certain steps more, walked or rolled
        }
        assertThat(root.visits).isEqualTo(150);
        assertThat(root.children)
                .extracting(child -> child.visits)
                .containsExactly(visits[0], visits[1]);
        assertThat(visits[0]).isGreaterThan(visits[1]);
        DraftTree tree =
                TreeSearch.REFERENCE.grow(
                        new AdaptiveTrigrams.Pair(0, 1),
                        table,
                        new Budget(4, 2, 64),
                        Noise.of(4, 4));
        assertThat(tree.tokens().stream().boxed())
                .containsExactlyInAnyOrder(2, 4, 5, 6, 3, 7, 8, 9);
        assertThat(tree.depth()).isEqualTo(4);
    }

    private static TableModel cycle(int vocabulary) {
        return TableModel.of(
                vocabulary,
                seen -> {
                    double[] weights = new double[vocabulary];
                    weights[(seen.last() + 1) % vocabulary] = 1;
                    return Categorical.ofWeights(weights);
                });
    }

    private static Generation decode(TableModel model, Drafter drafter, int length) {
        Request request = Request.of(Tokens.of(3, 4)).withMaxNewTokens(41);
        try (Context context = DirectContext.open(model)) {
            return new Speculative(drafter, new Match(), new DraftLength.Fixed(length), 1)
                    .decode(context, request, Sink.NONE);
        }
    }

    @Test
    void aTableOfTheTextItselfFillsEveryDraftAndAnEmptyOneNone() {
        Tokens text = Tokens.of(IntStream.range(0, 60).map(i -> i % 50).toArray());
        Trigrams table = Trigrams.of(50, 0, List.of(text));
        for (Aded.Search search : Aded.Search.values()) {
            assertThat(decode(cycle(50), Aded.isolated(table).by(search), 4).ledger().forwards())
                    .as("%s", search)
                    .isEqualTo(1 + 40 / 5);
            // 41 new tokens of a cycle of 50: no pair comes twice
            Generation alone = decode(cycle(50), Aded.isolated(Trigrams.NONE).by(search), 4);
            assertThat(alone.ledger().forwards()).isEqualTo(41);
        }
    }

    @Test
    void aTableIsKeptAsItIsAndTextsByThemselvesDoNotTellOfEachOther() throws IOException {
        Trigrams base = Trigrams.of(50, 7, List.of(random(50, 500, 2)));
        AdaptiveTrigrams adapted = new AdaptiveTrigrams(base, Adaptation.DEFAULT);
        decode(cycle(50), Aded.shared(adapted), 4);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        adapted.table().write(bytes);
        Trigrams read = Trigrams.read(new ByteArrayInputStream(bytes.toByteArray()));
        assertThat(read.vocabulary()).isEqualTo(50);
        assertThat(read.fingerprint()).isEqualTo(7);
        for (int a = 0; a < 50; a++) {
            for (int b = 0; b < 50; b++) {
                assertThat(read.after(a, b)).isEqualTo(adapted.table().after(a, b));
            }
        }
        Line line = Lines.of(7, 8);
        Budget budget = new Budget(4, 4, 16);
        assertThat(propose(Aded.isolated(read), line, budget).tokens())
                .isEqualTo(propose(Aded.shared(adapted), line, budget).tokens())
                .isNotEqualTo(propose(Aded.isolated(base), line, budget).tokens());
        Aded isolated = Aded.isolated(base);
        Tokens before = propose(isolated, line, budget).tokens();
        decode(cycle(50), isolated, 4);
        assertThat(propose(isolated, line, budget).tokens()).isEqualTo(before);
    }

    @Test
    void damagedAndForeignTablesAreRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Trigrams.of(5, 1, List.of(Tokens.of(1, 2, 3, 4, 1, 2))).write(out);
        byte[] bytes = out.toByteArray();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Trigrams.read(new ByteArrayInputStream(cut)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> Trigrams.read(new ByteArrayInputStream(longer)))
                .hasMessageContaining("more bytes behind the table");
        byte[] wrong = bytes.clone();
        wrong[8 + 3] = 2; // the vocabulary
        assertThatThrownBy(() -> Trigrams.read(new ByteArrayInputStream(wrong)))
                .hasMessageContaining("says that its vocabulary is [0, 2)");
        assertThatThrownBy(() -> Trigrams.of(5, 0, List.of(Tokens.of(1, 2))))
                .hasMessageContaining("three tokens");
        assertThatThrownBy(() -> Trigrams.of(2, 0, List.of(Tokens.of(1, 2, 1))))
                .hasMessageContaining("id 2; the vocabulary is [0, 2)");
        Trigrams foreign = Trigrams.read(new ByteArrayInputStream(bytes));
        assertThatThrownBy(() -> decode(cycle(50), Aded.isolated(foreign), 4))
                .hasMessageContaining("a vocabulary of 5 and model table one of 50");
        assertThatThrownBy(() -> new SuffixCounts(1)).hasMessageContaining("order is 1");
        assertThatThrownBy(() -> new PromptLookup(3, 2)).hasMessageContaining("3 to 2");
        assertThatThrownBy(() -> new Adaptation(-1, 3, 16, true, true))
                .hasMessageContaining("increment is -1");
    }
}
