package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.distribution.Sampling;
import org.cumae.exact.ExactLaw;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.Want.Voice;
import org.cumae.noise.Noise;
import org.cumae.picture.Cells.Mixture;
import org.cumae.picture.GridModel.Joint;
import org.cumae.picture.GridModel.Numbered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Tests 1, 3, 5, 8 and 9 of NAR's card, and 5 and 6 of ELM's: laws of what is drawn by
/// enumeration.
class CellsTest {
    private static final double ROUNDING = 1e-5; // of logits in float32
    private static final int LABEL = 1;

    /// How likely a cell is, given its neighbours, in no order.
    private static double chance(long seed, int codes, int left, int above, int code) {
        Noise noise = Noise.of(seed, left * 31 + above);
        double all = 0;
        for (int each = 0; each < codes; each++) {
            all += noise.exponential(each);
        }
        return noise.exponential(code) / all;
    }

    /// A directed mesh: each cell follows from the one on the left and the one above, the first
    /// from the class.
    private static Joint mesh(int down, int across, int codes) {
        return (label, grid) -> {
            double weight = 1;
            for (int cell = 0; cell < down * across; cell++) {
                int left = cell % across == 0 ? 7 + label : grid[cell - 1];
                int above = cell < across ? 9 : grid[cell - across];
                weight *= chance(3, codes, left, above, grid[cell]);
            }
            return weight;
        };
    }

    /// A mesh whose middle ring of two cells is of one kind only.
    private static double tied(int label, int... grid) {
        return grid[1] == grid[2] ? mesh(2, 2, 2).weight(label, grid) : 1e-6;
    }

    private static Map<List<Integer>, Double> law(CodeManner manner, Joint joint) {
        Map<List<Integer>, Double> law = new HashMap<>();
        add(manner, joint, new ArrayList<>(), law);
        double all = law.values().stream().mapToDouble(Double::doubleValue).sum();
        law.replaceAll((_, weight) -> weight / all);
        return law;
    }

    private static void add(
            CodeManner manner, Joint joint, List<Integer> grid, Map<List<Integer>, Double> law) {
        if (grid.size() == manner.code().length()) {
            int[] codes = grid.stream().mapToInt(Integer::intValue).toArray();
            law.put(List.copyOf(grid), joint.weight(LABEL, codes));
            return;
        }
        for (int code = manner.span(grid.size()).from();
                code < manner.span(grid.size()).to();
                code++) {
            grid.add(code);
            add(manner, joint, grid, law);
            grid.removeLast();
        }
    }

    private static ExactLaw<List<Integer>> drawn(Cells manner, Joint joint, boolean heeds) {
        Model model = new GridModel(manner, joint, heeds);
        return ExactLaw.of(
                chance -> {
                    try (Context context = DirectContext.open(model)) {
                        Draw draw =
                                new Draw(
                                        manner,
                                        2,
                                        OptionalInt.of(LABEL),
                                        Guidance.NONE,
                                        Sampling.PLAIN,
                                        chance);
                        return Arrays.stream(draw.draw(context, Draw.Onlooker.NONE).codes())
                                .boxed()
                                .toList();
                    }
                });
    }

    private static double apart(ExactLaw<List<Integer>> drawn, Map<List<Integer>, Double> law) {
        return law.entrySet().stream()
                .mapToDouble(each -> Math.abs(drawn.probability(each.getKey()) - each.getValue()))
                .max()
                .orElseThrow();
    }

    /// Cells of a ring follow from the ring before, each by itself, so rings have the law of a mesh
    /// as raster has.
    @ParameterizedTest
    @CsvSource({"2, 2, 3", "2, 4, 2", "3, 3, 2"})
    void ringsHaveTheLawOfAMesh(int down, int across, int codes) {
        Joint mesh = mesh(down, across, codes);
        Numbered grid = new Numbered(down, across, 1, codes);
        for (Cells manner : List.of(Cells.rings(grid, Mixture.BOTH), Cells.raster(grid))) {
            ExactLaw<List<Integer>> drawn = drawn(manner, mesh, true);
            assertThat(drawn.total()).isCloseTo(1, within(1e-9));
            assertThat(apart(drawn, law(manner, mesh))).isLessThan(ROUNDING);
        }
    }

    /// The control of the test above: a model that does not heed what is known is told apart, and
    /// so are rings where the cells of one know each other, which raster can say.
    @Test
    void whatRingsCannotSayIsSeen() {
        Numbered grid = new Numbered(2, 2, 1, 2);
        Cells rings = Cells.rings(grid, Mixture.BOTH);
        assertThat(apart(drawn(rings, mesh(2, 2, 2), false), law(rings, mesh(2, 2, 2))))
                .isGreaterThan(0.01);
        Map<List<Integer>, Double> tied = law(rings, CellsTest::tied);
        ExactLaw<List<Integer>> drawn = drawn(rings, CellsTest::tied, true);
        assertThat(apart(drawn, tied)).isGreaterThan(0.01);
        double lost = 0; // what a picture costs more in rings
        double known = 0; // what the cells of the ring say of each other
        for (Map.Entry<List<Integer>, Double> each : tied.entrySet()) {
            List<Integer> codes = each.getKey();
            double past = sum(tied, codes, 1);
            double apart = sum(tied, codes, 1, 1) / past * sum(tied, codes, 1, 2) / past;
            known += each.getValue() * Math.log(sum(tied, codes, 3) / past / apart);
            lost += each.getValue() * Math.log(each.getValue() / drawn.probability(codes));
        }
        assertThat(known).isGreaterThan(0.3);
        assertThat(lost).isCloseTo(known, within(1e-4));
        assertThat(apart(drawn(Cells.raster(grid), CellsTest::tied, true), tied))
                .isLessThan(ROUNDING);
    }

    /// Two codes of a cell are drawn each by its own law given the cells before: what they would
    /// say of each other is lost, to the bit that information theory says.
    @Test
    void codesOfACellAreIndependent() {
        Cells pairs = Cells.raster(new Numbered(1, 2, 2, 4)); // codes 0 and 1, then 2 and 3
        Joint joint =
                (label, grid) -> {
                    Noise noise = Noise.of(5, label);
                    for (int code : grid) {
                        noise = noise.at(code);
                    }
                    return noise.exponential(0);
                };
        Map<List<Integer>, Double> law = law(pairs, joint);
        ExactLaw<List<Integer>> drawn = drawn(pairs, joint, true);
        double lost = 0; // how much more a picture costs by what is drawn than by what is
        double known = 0; // what codes of a cell say of each other, given the cells before
        for (Map.Entry<List<Integer>, Double> each : law.entrySet()) {
            List<Integer> codes = each.getKey();
            double product = 1;
            for (int cell = 0; cell < 2; cell++) {
                int at = 2 * cell;
                double past = sum(law, codes, at);
                double one = sum(law, codes, at, at) / past;
                double other = sum(law, codes, at, at + 1) / past;
                product *= one * other;
                double both = sum(law, codes, at + 2) / past;
                known += each.getValue() * Math.log(both / one / other);
            }
            assertThat(drawn.probability(codes)).isCloseTo(product, within(ROUNDING));
            lost += each.getValue() * Math.log(each.getValue() / drawn.probability(codes));
        }
        assertThat(known).isGreaterThan(0.05);
        assertThat(lost).isCloseTo(known, within(1e-4));
    }

    /// How likely pictures are that begin as one does, and have some codes as it has.
    private static double sum(
            Map<List<Integer>, Double> law, List<Integer> like, int begin, int... others) {
        return law.entrySet().stream()
                .filter(each -> each.getKey().subList(0, begin).equals(like.subList(0, begin)))
                .filter(
                        each ->
                                IntStream.of(others)
                                        .allMatch(i -> each.getKey().get(i).equals(like.get(i))))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /// The card's table of who says a cell: the condition the first, the neighbour on the left and
    /// the one above all others, where there are such.
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 6", "6, 1", "3, 5", "4, 4"})
    void aCellIsSaidByItsNeighbours(int down, int across) {
        Numbered grid = new Numbered(down, across, 1, 2);
        Cells both = Cells.rings(grid, Mixture.BOTH);
        assertThat(both.steps()).isEqualTo(down + across - 1);
        for (int cell = 0; cell < down * across; cell++) {
            List<Voice> said = new ArrayList<>();
            if (cell == 0) {
                said.add(new Voice(Cells.CONDITION, 0));
                said.add(new Voice(Cells.CONDITION, 1));
            }
            if (cell % across > 0) {
                said.add(new Voice(cell - 1, 0));
            }
            if (cell / across > 0) {
                said.add(new Voice(cell - across, 1));
            }
            assertThat(both.sources().get(cell)).isEqualTo(said);
            List<Voice> shared =
                    said.stream().map(voice -> new Voice(voice.row(), 0)).distinct().toList();
            assertThat(Cells.rings(grid, Mixture.SHARED).sources().get(cell)).isEqualTo(shared);
        }
        if (down == 1) {
            assertThat(both.sources().stream().skip(1))
                    .isEqualTo(Cells.raster(grid).sources().subList(1, across));
        }
    }
}
