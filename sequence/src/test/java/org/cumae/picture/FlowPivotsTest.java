package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What Hi-MAR asks in its two phases: test 3 of its card among others.
class FlowPivotsTest {
    private static final int SIDE = 5;
    private static final int SMALL = 3;
    private static final int COPY = SMALL * SMALL;
    private static final int ALL = COPY + SIDE * SIDE;

    private static PatchLatent latent(int side) {
        float[][] axes = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
        return new PatchLatent(new PatchBasis(2, 1, new float[4], axes, 1), side, side);
    }

    private static FlowPivots pivots() {
        return FlowPivots.of(latent(SIDE), SMALL, 4, 3).ordered(Noise.of(3, 1));
    }

    private static List<Vector> made() {
        return IntStream.range(0, COPY).mapToObj(i -> new Vector((float) i, 1)).toList();
    }

    private static float[] values(long seed) {
        Noise noise = Noise.of(seed, 1);
        float[] values = new float[ALL * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) noise.gaussian(i);
        }
        return values;
    }

    @Test
    void theCopyComesFirstAndEverythingOnce() {
        FlowPivots manner = pivots();
        Set<Integer> drawn = new HashSet<>();
        int count = 0;
        for (int step = 0; step < manner.steps(); step++) {
            List<Integer> places = manner.drawn(step);
            boolean copy = step < 4;
            assertThat(places).allMatch(place -> copy == place < COPY);
            assertThat(manner.settled(step)).startsWith(places.toArray(Integer[]::new));
            drawn.addAll(places);
            count += places.size();
        }
        assertThat(drawn).hasSize(ALL);
        assertThat(count).isEqualTo(ALL);
        assertThat(manner.coarse().line())
                .isNotEqualTo(FlowPivots.of(latent(SIDE), SMALL, 4, 3).coarse().line());
    }

    /// Whatever is known of the picture, the copy is asked for in the same words.
    @Test
    void theCopyDoesNotKnowThePicture() {
        FlowPivots manner = pivots();
        float[] one = values(1);
        float[] other = one.clone();
        for (int i = COPY * 4; i < other.length; i++) {
            other[i] += 1;
        }
        for (int step = 0; step < 4; step++) {
            assertThat(manner.opening(step, 1, List.of(), one))
                    .isEqualTo(manner.opening(step, 1, List.of(), other));
        }
        assertThat(manner.opening(5, 1, made(), one))
                .isNotEqualTo(manner.opening(5, 1, made(), other));
    }

    /// And the picture knows of the copy what was made of its rows, not its values.
    @Test
    void thePictureKnowsPivotsAndNotTheCopy() {
        FlowPivots manner = pivots();
        float[] one = values(1);
        float[] other = one.clone();
        Arrays.fill(other, 0, COPY * 4, 7);
        for (int step = 4; step < manner.steps(); step++) {
            assertThat(manner.opening(step, 1, made(), one))
                    .isEqualTo(manner.opening(step, 1, made(), other));
        }
        Query pivots = manner.opening(4, 1, made(), one).getFirst();
        assertThat(pivots.input()).isEqualTo(new Input.Made(made()));
        // in the order of drawing, each where its patch is
        assertThat(pivots.positions().orElseThrow().stream().boxed().toList())
                .isEqualTo(manner.coarse().line().stream().map(cell -> COPY + cell).toList());
        assertThat(manner.opening(5, 1, made(), one)).hasSize(1);
    }

    @Test
    void thePictureIsAskedForBehindPivotsThatStay() {
        FlowPivots manner = pivots();
        assertThat(IntStream.range(0, 7).map(step -> manner.opensBehind(step).orElseThrow()))
                .containsExactly(0, 1, 1, 1, 1, 1 + COPY, 1 + COPY);
        Answer opened =
                new Answer(
                        manner.settled(5).stream().map(_ -> (Finding) new Vector(1, 2)).toList());
        List<Vector> way = FlowManner.vectors(values(2), 4, manner.settled(5));
        assertThat(
                        manner.settling(5, opened, 0.5, way).positions().orElseThrow().stream()
                                .boxed()
                                .toList())
                .isEqualTo(manner.settled(5).stream().map(place -> COPY + place).toList());
    }

    /// A picture that is bright on its left is so in small; and as long as only its copy is known,
    /// the copy is what is shown.
    @Test
    void theCopyIsThePictureWithFewerPixels() {
        FlowPivots manner = FlowPivots.of(latent(4), 2, 2, 2);
        float[] picture = new float[16 * 4];
        for (int cell = 0; cell < 16; cell++) {
            Arrays.fill(picture, cell * 4, cell * 4 + 4, cell % 4 < 2 ? 0.9f : 0.1f);
        }
        float[] values = manner.values(picture);
        assertThat(Arrays.copyOfRange(values, 16, values.length)).containsExactly(picture);
        assertThat(values[0]).isCloseTo(0.9f, within(1e-6f)); // top left
        assertThat(values[4 + 3]).isCloseTo(0.1f, within(1e-6f)); // top right
        float[] known = manner.known(2, values);
        assertThat(known).hasSize(picture.length).doesNotContain(Float.NaN);
        assertThat(known[0]).isGreaterThan(0.8f);
        assertThat(known[3 * 4 + 3]).isLessThan(0.2f);
        assertThat(manner.known(4, values)).containsExactly(picture);
    }

    @Test
    void aCopyThatIsNotSmallerIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FlowPivots.of(latent(4), 4, 2, 2))
                .withMessageContaining("grids are 4 x 4 and 4 x 4");
    }
}
