package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Strip;
import org.cumae.noise.Noise;
import org.cumae.picture.Bands;
import org.cumae.picture.Lesson;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.ScaleSight.Past;
import org.cumae.picture.Scales;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Tests 2, 3, 4 and 6 of MVAR's card: what is computed strip by strip is what one dense product
/// under a mask gives, and so are the gradients.
class StripedTest {
    private static final int CODES = 5;
    private static final int PICTURES = 2;
    private static final List<Integer> SIDES = List.of(1, 3, 5, 9);
    private static final int ROWS = 1 + 9 + 25 + 81;
    private static final double ROUNDING = 1e-5;

    private static Scales manner(ScaleSight sight) {
        return manner(sight, SIDES);
    }

    private static Scales manner(ScaleSight sight, List<Integer> sides) {
        float[][] book = new float[CODES][1];
        for (int code = 0; code < CODES; code++) {
            book[code][0] = code / 2f;
        }
        PatchBasis basis = new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1);
        return new Scales(new PatchPyramid(basis, Bands.Law.RESIDUAL, sides, book), sight);
    }

    private static Backbone backbone() {
        return backbone(ROWS);
    }

    private static Backbone backbone(int rows) {
        return Loud.backbone(
                TransformerConfig.picture(
                        "strips",
                        CODES + 2,
                        2,
                        16,
                        4,
                        20,
                        rows,
                        new Positions.Learned(),
                        new PictureShape(1, true, 1)),
                0.4);
    }

    /// As many rows each, and the columns that they see.
    private static List<Strip> strips(int each, boolean... seen) {
        List<Strip> strips = new ArrayList<>();
        for (int from = 0; from < ROWS; from += each) {
            int to = Math.min(from + each, ROWS);
            int[] columns =
                    IntStream.range(from * ROWS, to * ROWS)
                            .filter(i -> seen[i])
                            .map(i -> i % ROWS)
                            .sorted()
                            .toArray();
            int first = columns[0];
            int last = columns[columns.length - 1] + 1;
            boolean full = (to - from) * (last - first) == columns.length;
            strips.add(new Strip(from, to, first, last, full));
        }
        return strips;
    }

    private static float[] vectors() {
        Noise noise = Noise.of(3, 3);
        float[] vectors = new float[PICTURES * (ROWS - 1)];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (float) noise.gaussian(i);
        }
        return vectors;
    }

    /// What a lesson gives: logits, and then the gradient of each weight.
    private static List<float[]> learned(Lesson lesson) {
        PictureRows rows =
                new PictureRows(lesson, new int[] {CODES, CODES + 1}, new int[0], vectors());
        List<float[]> all = new ArrayList<>();
        try (Backbone backbone = backbone();
                var _ = new PointerScope()) {
            List<Tensor> weights = backbone.tensors();
            weights.forEach(weight -> weight.requires_grad_(true));
            Tensor logits = backbone.logits(rows, Optional.empty());
            all.add(Ops.floats(logits.detach()));
            Ops.gradients(logits.square().mean(), weights).stream()
                    .filter(Tensor::defined)
                    .forEach(gradient -> all.add(Ops.floats(gradient)));
        }
        return all;
    }

    private static double apart(List<float[]> some, List<float[]> others) {
        double most = 0;
        for (int i = 0; i < some.size(); i++) {
            for (int j = 0; j < some.get(i).length; j++) {
                most = Math.max(most, Math.abs(some.get(i)[j] - (double) others.get(i)[j]));
            }
        }
        return most;
    }

    private static Lesson lesson(ScaleSight sight, List<Strip> strips) {
        Lesson plain = manner(sight).lesson();
        return new Lesson(plain.positions(), plain.seen(), strips, plain.voices());
    }

    @Test
    void stripsGiveWhatOneDenseProductGives() {
        for (ScaleSight sight :
                List.of(
                        ScaleSight.of(Past.ALL),
                        ScaleSight.of(Past.NONE),
                        new ScaleSight(Past.NONE, 3, 5),
                        new ScaleSight(Past.LAST, 5, 9))) {
            boolean[] seen = sight.mask(SIDES);
            List<float[]> dense = learned(lesson(sight, List.of(Strip.whole(ROWS, ROWS, seen))));
            for (int each : new int[] {1, 10, 27}) {
                assertThat(apart(learned(lesson(sight, strips(each, seen))), dense))
                        .as("%s in strips of %d", sight, each)
                        .isLessThan(ROUNDING);
            }
        }
    }

    /// A context that is asked for a large scale computes strips as well, and answers what one
    /// dense product gives.
    @Test
    void contextsAreAskedInStrips() {
        Scales manner = manner(new ScaleSight(Past.NONE, 3, 0), List.of(1, 16));
        int rows = 257;
        Noise noise = Noise.of(4, 4);
        int[] codes = IntStream.range(0, rows).map(i -> (int) (CODES * noise.uniform(i))).toArray();
        Lesson lesson = manner.lesson();
        assertThat(lesson.strips()).hasSizeGreaterThan(2);
        Lesson dense =
                new Lesson(
                        lesson.positions(),
                        lesson.seen(),
                        List.of(Strip.whole(rows, rows, lesson.seen())),
                        lesson.voices());
        float[] vectors = new float[rows - 1];
        float[][] told = manner.vectors(codes);
        IntStream.range(0, rows - 1).forEach(i -> vectors[i] = told[i][0]);
        try (Backbone same = backbone(rows);
                Transformer model = new Transformer(backbone(rows));
                Context context = DirectContext.open(model);
                var _ = new PointerScope()) {
            float[] logits = logits(same, dense, new int[] {CODES}, vectors);
            int width = logits.length / rows;
            context.ask(manner.query(0, CODES, codes, 0));
            Answer answer = context.ask(manner.query(1, CODES, codes, 1));
            for (int row = 1; row < rows; row++) {
                Categorical law =
                        Categorical.range(
                                0, Arrays.copyOfRange(logits, row * width, row * width + CODES));
                assertThat(answer.categorical(row - 1).logProbability(2))
                        .isCloseTo(law.logProbability(2), within(2 * ROUNDING));
            }
        }
    }

    /// A strip that begins one column late is found out.
    @Test
    void aStripThatLosesAColumnIsAnother() {
        ScaleSight sight = ScaleSight.of(Past.NONE);
        boolean[] seen = sight.mask(SIDES);
        List<Strip> right =
                List.of(new Strip(0, 35, 0, 35, false), new Strip(35, 116, 35, 116, true));
        List<Strip> late = List.of(right.getFirst(), new Strip(35, 116, 36, 116, true));
        List<float[]> dense = learned(lesson(sight, List.of(Strip.whole(ROWS, ROWS, seen))));
        assertThat(apart(learned(lesson(sight, right)), dense)).isLessThan(ROUNDING);
        assertThat(apart(learned(lesson(sight, late)), dense)).isGreaterThan(100 * ROUNDING);
    }

    /// A window as wide as a scale hides nothing of it.
    @Test
    void aWindowAsWideAsAScaleIsDense() {
        assertThat(
                        apart(
                                learned(manner(new ScaleSight(Past.NONE, 9, 0)).lesson()),
                                learned(manner(ScaleSight.of(Past.NONE)).lesson())))
                .isLessThan(ROUNDING);
        assertThat(
                        apart(
                                learned(manner(new ScaleSight(Past.NONE, 7, 0)).lesson()),
                                learned(manner(ScaleSight.of(Past.NONE)).lesson())))
                .isGreaterThan(100 * ROUNDING);
    }

    /// What one scale's rows are is nothing to the others, to the last bit.
    @Test
    void otherScalesAreNotSeen() {
        Lesson lesson = manner(ScaleSight.of(Past.NONE)).lesson();
        float[] vectors = vectors();
        float[] changed = vectors.clone();
        for (int row = 10; row < 35; row++) { // the third scale, of the first picture
            changed[row - 1]++;
        }
        try (Backbone backbone = backbone();
                var _ = new PointerScope()) {
            int[] conditions = {CODES, CODES + 1};
            float[] before = logits(backbone, lesson, conditions, vectors);
            float[] after = logits(backbone, lesson, conditions, changed);
            int width = before.length / (PICTURES * ROWS);
            for (int row = 0; row < PICTURES * ROWS; row++) {
                float[] one = Arrays.copyOfRange(before, row * width, (row + 1) * width);
                float[] other = Arrays.copyOfRange(after, row * width, (row + 1) * width);
                assertThat(Arrays.equals(one, other)).isEqualTo(row < 10 || row >= 35);
            }
        }
    }

    private static float[] logits(
            Backbone backbone, Lesson lesson, int[] conditions, float[] vectors) {
        return Ops.floats(
                backbone.logits(
                                new PictureRows(lesson, conditions, new int[0], vectors),
                                Optional.empty())
                        .detach());
    }

    /// A scale by itself says what it says among the others.
    @Test
    void aPartSaysWhatTheWholeSays() {
        Lesson whole = manner(ScaleSight.of(Past.NONE)).lesson();
        float[] vectors = vectors();
        try (Backbone backbone = backbone();
                var _ = new PointerScope()) {
            int[] conditions = {CODES, CODES + 1};
            Tensor all =
                    backbone.logits(
                                    new PictureRows(whole, conditions, new int[0], vectors),
                                    Optional.empty())
                            .unflatten(0, PICTURES, ROWS);
            int[][] parts = {{0, 10}, {10, 35}, {35, ROWS}};
            for (int[] part : parts) {
                int lead = part[0] == 0 ? 1 : 0;
                int rows = part[1] - part[0] - lead;
                float[] own = new float[PICTURES * rows];
                for (int picture = 0; picture < PICTURES; picture++) {
                    System.arraycopy(
                            vectors,
                            picture * (ROWS - 1) + part[0] + lead - 1,
                            own,
                            picture * rows,
                            rows);
                }
                Tensor said =
                        backbone.logits(
                                new PictureRows(
                                        whole.part(part[0], part[1]),
                                        lead,
                                        conditions,
                                        new int[0],
                                        own,
                                        new float[0]),
                                Optional.empty());
                Tensor among = all.narrow(1, part[0], part[1] - part[0]).flatten(0, 1);
                assertThat(said.sub(among).abs().max().item_double()).isLessThan(ROUNDING);
            }
        }
    }

    /// Where a place sees itself alone, what it finds is its own value, whatever it looks for.
    @Test
    void aWindowOfOneFindsItself() {
        try (var _ = new PointerScope()) {
            Attention by = WatchedTest.attention(2, 4);
            Tensor q = torch.randn(ROWS, 2, 4);
            Tensor k = torch.randn(ROWS, 1, 4);
            Tensor v = torch.randn(ROWS, 1, 4);
            Lesson lesson = manner(new ScaleSight(Past.NONE, 1, 0)).lesson();
            Lesson strips =
                    new Lesson(
                            lesson.positions(),
                            lesson.seen(),
                            strips(6, lesson.seen()),
                            lesson.voices());
            Tensor found = Striped.of(Device.CPU, strips, 1).mix(by, q, k, v);
            assertThat(Ops.floats(found)).containsExactly(Ops.floats(Ops.cat(List.of(v, v), 1)));
        }
    }
}
