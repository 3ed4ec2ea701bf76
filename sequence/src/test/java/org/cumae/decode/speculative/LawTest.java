package org.cumae.decode.speculative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.cumae.decode.speculative.Laws.P;
import static org.cumae.decode.speculative.Laws.Q;
import static org.cumae.decode.speculative.Laws.ROUNDING;

import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.KeyedChance;
import org.cumae.exact.ExactLaw;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The law of what each verification law writes, by enumerating every draft and every decision.
class LawTest {
    private static final double SIX_DIGITS = 1e-6; // the reference values are given with six
    private static final Tokens PROMPT = Tokens.of(0, 1);

    private static TableModel always(Categorical law) {
        return TableModel.of(law.size(), _ -> law);
    }

    private static ExactLaw<Tokens> rounds(
            Law law, TableModel p, TableModel q, int length, int width) {
        Laws.Shape shape = new Laws.Shape(length, width);
        return ExactLaw.of(
                chance -> {
                    DraftTree tree = Laws.draft(law.takes().getFirst(), chance, q, PROMPT, shape);
                    Round round =
                            new Round(tree, Laws.target(p, PROMPT, tree), chance, PROMPT.size());
                    return Laws.written(law.verify(round), tree);
                });
    }

    private static double acceptance(Law law, int width) {
        return rounds(law, always(P), always(Q), 1, width).probabilities().entrySet().stream()
                .filter(entry -> entry.getKey().size() > 1)
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    @Test
    void everyExactLawWritesTheTargetsJointLaw() {
        for (int vocabulary : new int[] {3, 4}) {
            TableModel p = TableModel.random(vocabulary, 2, 31);
            TableModel q = TableModel.random(vocabulary, 1, 32);
            for (Law law : Laws.exactOnes()) {
                for (int width = 1; width <= (law.branches() ? 3 : 1); width++) {
                    for (int length = 0;
                            length <= (width == 1 ? 3 : width == 2 ? 2 : 1);
                            length++) {
                        ExactLaw<Tokens> written =
                                Laws.continued(
                                        rounds(law, p, q, length, width), p, PROMPT, length + 1);
                        assertThat(written.total()).isCloseTo(1, within(ROUNDING));
                        assertThat(written.error(Laws.sequential(p, PROMPT, length + 1)))
                                .as("%s, %d x %d of %d", law, width, length, vocabulary)
                                .isLessThan(ROUNDING);
                    }
                }
            }
        }
    }

    @Test
    void threeSequencesOfTwoKeepTheLawThroughTheSurvivors() {
        TableModel p = TableModel.random(3, 2, 5);
        TableModel q = TableModel.random(3, 2, 6);
        double before = 0;
        for (Law law : List.of(new Kseq(), new RecursiveRejection(true))) {
            ExactLaw<Tokens> rounds = rounds(law, p, q, 2, 3);
            assertThat(Laws.continued(rounds, p, PROMPT, 3).error(Laws.sequential(p, PROMPT, 3)))
                    .as("%s", law)
                    .isLessThan(ROUNDING);
        }
        for (int width = 1; width <= 3; width++) {
            double tokens = Laws.mean(rounds(new Kseq(), p, q, 2, width));
            assertThat(tokens).isGreaterThan(before);
            before = tokens;
        }
    }

    @Test
    void fiveIdsAndFourCandidatesKeepTheLawAndTheReferenceAcceptance() {
        double[][] expected = {
            {.630000, .630000, .630000},
            {.786319, .765100, .813295},
            {.845887, .819127, .862296},
            {.873219, .842862, .909555}
        };
        List<Law> laws =
                List.of(new Kseq(), new RecursiveRejection(true), new RecursiveRejection(false));
        for (int k = 1; k <= 4; k++) {
            for (int i = 0; i < laws.size(); i++) {
                assertThat(acceptance(laws.get(i), k))
                        .as("%s, %d", laws.get(i), k)
                        .isCloseTo(expected[k - 1][i], within(SIX_DIGITS));
                ExactLaw<Tokens> first =
                        rounds(laws.get(i), always(P), always(Q), 1, k)
                                .map(line -> line.slice(0, 1));
                assertThat(first.error(Laws.sequential(always(P), PROMPT, 1))).isLessThan(ROUNDING);
            }
        }
    }

    @Test
    void aSampledDraftIsMatchedAsOftenAsTwoDrawsAgree() {
        double agree = 0;
        for (int id = 0; id < P.size(); id++) {
            agree += P.probability(id) * Q.probability(id);
        }
        ExactLaw<Tokens> rounds =
                ExactLaw.of(
                        chance -> {
                            DraftTree.Builder tree = DraftTree.grow(Manner.CHOSEN);
                            tree.add(DraftTree.ROOT, chance.lane(9).draw(Q, 0));
                            DraftTree drawn = tree.build();
                            return Laws.written(
                                    new Match().verify(new Round(drawn, _ -> P, chance, 0)), drawn);
                        });
        double accepted =
                rounds.probabilities().entrySet().stream()
                        .filter(entry -> entry.getKey().size() == 2)
                        .mapToDouble(Map.Entry::getValue)
                        .sum();
        assertThat(accepted).isCloseTo(agree, within(ROUNDING));
        assertThat(agree).isCloseTo(.1825, within(SIX_DIGITS));
    }

    /// 200,000 races: the standard error is 0.0011, five of them are allowed (false alarm 6e-7).
    @Test
    void twoRacesOnTheSameNoiseAgreeAsOftenAsTheFormulaSays() {
        double formula = 0;
        for (int i = 0; i < P.size(); i++) {
            double sum = 0;
            for (int j = 0; j < P.size(); j++) {
                sum +=
                        Math.max(
                                P.probability(j) / P.probability(i),
                                Q.probability(j) / Q.probability(i));
            }
            formula += 1 / sum;
        }
        assertThat(formula).isCloseTo(.566766, within(SIX_DIGITS));
        int races = 200_000;
        int agreed = 0;
        for (int i = 0; i < races; i++) {
            Chance chance = KeyedChance.of(3, i);
            DraftTree.Builder tree = DraftTree.grow(Manner.RACED);
            tree.add(DraftTree.ROOT, chance.draw(Q, 8));
            Verdict verdict = new Gumbel().verify(new Round(tree.build(), _ -> P, chance, 8));
            agreed += verdict.accepted().size();
        }
        assertThat((double) agreed / races).isCloseTo(formula, within(5 * .0011));
    }

    @Test
    void blocksNeverKeepFewerTokensThanChains() {
        for (int seed = 0; seed < 20; seed++) {
            TableModel p = TableModel.random(3, 2, 100 + seed);
            TableModel q = TableModel.random(3, 2, 200 + seed);
            double chain = Laws.mean(rounds(new Chain(), p, q, 3, 1));
            double block = Laws.mean(rounds(new Block(), p, q, 3, 1));
            assertThat(block).isGreaterThanOrEqualTo(chain - ROUNDING);
        }
    }

    @Test
    void asManyDistinctSiblingsAsIdsAlwaysHoldTheAnswer() {
        TableModel p = always(Categorical.ofWeights(1, 0));
        TableModel q = always(Categorical.ofWeights(1, 1));
        double[] accepted = {.75, .75, 1};
        List<Law> laws =
                List.of(new Kseq(), new RecursiveRejection(true), new RecursiveRejection(false));
        for (int i = 0; i < laws.size(); i++) {
            assertThat(Laws.mean(rounds(laws.get(i), p, q, 1, 2)) - 1)
                    .isCloseTo(accepted[i], within(ROUNDING));
        }
        assertThat(acceptance(new RecursiveRejection(false), 5)).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void aDraftLikeItsTargetIsAlwaysAcceptedAndOneBesideItNever() {
        TableModel p = always(Categorical.ofWeights(1, 2, 0, 0));
        TableModel beside = always(Categorical.ofWeights(0, 0, 1, 3));
        for (Law law : Laws.exactOnes()) {
            int width = law.branches() ? 2 : 1;
            if (!(law instanceof Match)) { // which does not go by the draft's law
                assertThat(Laws.mean(rounds(law, p, p, 2, width)))
                        .as("%s", law)
                        .isCloseTo(3, within(ROUNDING));
            }
            ExactLaw<Tokens> one = rounds(law, p, beside, 2, width);
            assertThat(Laws.mean(one)).as("%s", law).isCloseTo(1, within(ROUNDING));
            assertThat(one.error(Laws.sequential(p, PROMPT, 1))).isLessThan(ROUNDING);
        }
    }

    @Test
    void chosenTokensCountAsDrawnFromALawThatKnowsNoOther() {
        TableModel p = TableModel.random(3, 2, 8);
        for (Law law : List.of(new Chain(), new Block(), new Match(), new Gumbel())) {
            DraftTree tree = DraftTree.chain(2, 0, 1);
            ExactLaw<Tokens> rounds =
                    ExactLaw.of(
                            chance ->
                                    Laws.written(
                                            law.verify(
                                                    new Round(
                                                            tree,
                                                            Laws.target(p, PROMPT, tree),
                                                            chance,
                                                            2)),
                                            tree));
            assertThat(Laws.continued(rounds, p, PROMPT, 4).error(Laws.sequential(p, PROMPT, 4)))
                    .as("%s", law)
                    .isLessThan(ROUNDING);
        }
    }

    @Test
    void treesOfChosenTokensAreMatchedWithoutBias() {
        TableModel p = always(P);
        DraftTree.Builder grown = DraftTree.grow(Manner.CHOSEN);
        int one = grown.add(DraftTree.ROOT, 1);
        grown.add(DraftTree.ROOT, 4);
        grown.add(one, 2);
        DraftTree tree = grown.build();
        ExactLaw<Tokens> ours = tree(new Match(), p, tree);
        assertThat(Laws.continued(ours, p, PROMPT, 3).error(Laws.sequential(p, PROMPT, 3)))
                .isLessThan(ROUNDING);
        // a fresh draw for each path is what the authors' released code does when it samples
        ExactLaw<Integer> theirs = tree(new FreshDraws(), p, tree).map(line -> line.get(0));
        double[] biased = {.049, .447, .1225, .0245, .357};
        for (int id = 0; id < biased.length; id++) {
            assertThat(theirs.probability(id)).isCloseTo(biased[id], within(SIX_DIGITS));
        }
    }

    private static ExactLaw<Tokens> tree(Law law, TableModel p, DraftTree tree) {
        return ExactLaw.of(
                chance ->
                        Laws.written(
                                law.verify(
                                        new Round(tree, Laws.target(p, PROMPT, tree), chance, 2)),
                                tree));
    }

    @Test
    void wrongLawsAreCaught() {
        TableModel p = TableModel.random(3, 2, 31);
        TableModel q = TableModel.random(3, 1, 32);
        List<Law> wrong = List.of(new NoResidual(), new StaleCount(), new Synthetic(.8));
        for (Law law : wrong) {
            ExactLaw<Tokens> rounds = rounds(law, p, q, 2, law instanceof StaleCount ? 3 : 1);
            assertThat(Laws.continued(rounds, p, PROMPT, 3).error(Laws.sequential(p, PROMPT, 3)))
                    .as("%s", law)
                    .isGreaterThan(1e-3);
            assertThat(law.exact()).isFalse();
        }
    }

    @Test
    void survivorsThatAreForgottenCostTokensAndNoLaw() {
        TableModel p = TableModel.random(3, 2, 31);
        TableModel q = TableModel.random(3, 1, 32);
        ExactLaw<Tokens> alone = rounds(new LoneSurvivor(), p, q, 2, 3);
        assertThat(Laws.continued(alone, p, PROMPT, 3).error(Laws.sequential(p, PROMPT, 3)))
                .isLessThan(ROUNDING);
        assertThat(Laws.mean(alone)).isLessThan(Laws.mean(rounds(new Kseq(), p, q, 2, 3)) - .01);
    }

    @Test
    void oneCandidateIsChosenBitForBitAsAChainIs() {
        TableModel p = TableModel.random(5, 2, 41);
        TableModel q = TableModel.random(5, 2, 42);
        for (int i = 0; i < 2000; i++) {
            Chance chance = KeyedChance.of(11, i);
            Laws.Shape shape = new Laws.Shape(3, 1);
            assertThat(Laws.round(new Kseq(), chance, p, q, PROMPT, shape))
                    .isEqualTo(Laws.round(new Chain(), chance, p, q, PROMPT, shape));
        }
    }

    @Test
    void aTokenThatItsLawDoesNotKnowIsRefused() {
        DraftTree.Builder tree = DraftTree.grow(Manner.SAMPLED);
        tree.law(DraftTree.ROOT, Categorical.ofWeights(1, 0, 1));
        assertThatThrownBy(() -> tree.add(DraftTree.ROOT, 1))
                .hasMessageContaining("token 1 was drafted and the draft's law gives it no chance");
        DraftTree.Builder distinct = DraftTree.grow(Manner.DISTINCT);
        distinct.add(DraftTree.ROOT, 1);
        assertThatThrownBy(() -> distinct.add(DraftTree.ROOT, 1))
                .hasMessageContaining("drafted twice");
    }

    /// After a rejection it draws from the target's law and not from what is left of it.
    record NoResidual() implements Relaxed {
        @Override
        public String name() {
            return "no_residual";
        }

        @Override
        public List<Manner> takes() {
            return List.of(Manner.SAMPLED);
        }

        @Override
        public Verdict verify(Round round) {
            Verdict right = new Chain().verify(round);
            int last = right.accepted().isEmpty() ? DraftTree.ROOT : right.accepted().getLast();
            boolean whole = right.accepted().size() == round.tree().depth();
            return whole ? right : new Verdict(right.accepted(), round.draw(last));
        }
    }

    /// Solves for the division factor as if there were one candidate, whatever their number: too
    /// small, as it is when sequences have died and the count is not kept.
    record StaleCount() implements Relaxed {
        @Override
        public String name() {
            return "stale_count";
        }

        @Override
        public List<Manner> takes() {
            return List.of(Manner.SAMPLED);
        }

        @Override
        public Verdict verify(Round round) {
            return sequences(round, true);
        }
    }

    /// Goes on with the accepted sequence alone.
    record LoneSurvivor() implements Relaxed {
        @Override
        public String name() {
            return "lone_survivor";
        }

        @Override
        public List<Manner> takes() {
            return List.of(Manner.SAMPLED);
        }

        @Override
        public Verdict verify(Round round) {
            return sequences(round, false);
        }
    }

    private static Verdict sequences(Round round, boolean stale) {
        DraftTree tree = round.tree();
        List<Integer> accepted = new ArrayList<>();
        int node = DraftTree.ROOT;
        while (!tree.draws(node).isEmpty()) {
            Categorical p = round.law(node);
            Categorical q = tree.law(node).orElseThrow();
            boolean first = node == DraftTree.ROOT;
            List<Integer> draws =
                    first || stale ? tree.draws(node) : tree.draws(node).subList(0, 1);
            KSelection selection = KSelection.of(p, q, stale ? 1 : draws.size());
            int next = DraftTree.ROOT;
            for (int trial = 0; trial < draws.size() && next == DraftTree.ROOT; trial++) {
                int token = tree.token(draws.get(trial));
                double a = selection.acceptance(p.probability(token), q.probability(token));
                next = round.happens(a, node, trial) ? draws.get(trial) : DraftTree.ROOT;
            }
            if (next == DraftTree.ROOT) {
                return new Verdict(accepted, round.draw(node, selection.residual()));
            }
            node = next;
            accepted.add(node);
        }
        return new Verdict(accepted, round.draw(node));
    }

    /// Draws anew for each path, and goes with the first that agrees.
    record FreshDraws() implements Relaxed {
        @Override
        public String name() {
            return "fresh_draws";
        }

        @Override
        public List<Manner> takes() {
            return List.of(Manner.CHOSEN);
        }

        @Override
        public Verdict verify(Round round) {
            int lane = 0;
            for (int child : round.tree().draws(DraftTree.ROOT)) {
                int token = round.chance().lane(lane++).draw(round.law(DraftTree.ROOT), 0);
                if (token == round.tree().token(child)) {
                    return new Verdict(List.of(child), round.draw(child));
                }
            }
            return new Verdict(List.of(), round.draw(DraftTree.ROOT));
        }
    }
}
