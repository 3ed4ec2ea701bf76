package org.cumae.train.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What is said of a scene is what is seen of it.
class SpriteScenesTest {
    private static Path images() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data).resolve("images");
    }

    private static SpriteScenes scenes(double cameras) {
        return new SpriteScenes(
                SceneFiles.digits(images().resolve("mnist-t10k-images-idx3-ubyte.gz"), 40, 14),
                SceneFiles.photos(images().resolve("cifar10-jpeg.zip"), "test/", 20),
                24,
                1,
                4,
                cameras,
                0.5);
    }

    /// Follows each pixel of frame 0 to frame 1: it has kept its colour unless something nearer
    /// came.
    private static double kept(SpriteScenes.Scene scene) {
        Raster first = scene.frames().get(0);
        Raster second = scene.frames().get(1);
        int kept = 0;
        int all = 0;
        for (int y = 0; y < 24; y++) {
            for (int x = 0; x < 24; x++) {
                int toY = y + Math.round(scene.motion().at(y, x, 1));
                int toX = x + Math.round(scene.motion().at(y, x, 0));
                if (second.has(toY, toX)) {
                    all++;
                    kept += Arrays.equals(first.cell(y, x), second.cell(toY, toX)) ? 1 : 0;
                }
            }
        }
        return (double) kept / all;
    }

    @Test
    void motionTellsWhereEveryPixelWent() {
        SpriteScenes scenes = scenes(0);
        double sum = 0;
        int moving = 0;
        for (int seed = 0; seed < 40; seed++) {
            SpriteScenes.Scene scene = scenes.scene(seed);
            double kept = kept(scene);
            assertThat(kept).isGreaterThan(0.6); // the rest is covered
            sum += kept;
            Mask nearest = scene.things().getFirst();
            assertThat(nearest.count()).isPositive();
            moving += scene.motion().magnitude().max() > 0 ? 1 : 0;
            assertThat(scene.camera()).containsExactly(0, 0);
            assertThat(scenes.scene(seed)).usingRecursiveComparison().isEqualTo(scene);
        }
        assertThat(sum / 40).isGreaterThan(0.88);
        assertThat(moving).isGreaterThan(35);
    }

    @Test
    void whatIsPushedGoesAlong() {
        SpriteScenes scenes = scenes(0);
        int pushed = 0;
        for (int seed = 0; seed < 200; seed++) {
            SpriteScenes.Scene scene = scenes.scene(seed);
            if (scene.things().size() == 2 && scene.things().get(1).count() > 0) {
                var one = scene.things().get(0).cells().getFirst();
                var other = scene.things().get(1).cells().getFirst();
                boolean same =
                        Arrays.equals(
                                scene.motion().cell(one.y(), one.x()),
                                scene.motion().cell(other.y(), other.x()));
                pushed += same ? 1 : 0;
            }
        }
        assertThat(pushed).isGreaterThan(20); // by chance alone 1 in 81 would
    }

    @Test
    void underAMovingCameraThingsMoveTwiceAsFarAsTheBackground() {
        SpriteScenes scenes = scenes(1);
        int moved = 0;
        for (int seed = 0; seed < 30; seed++) {
            SpriteScenes.Scene scene = scenes.scene(seed);
            for (int i = 0; i < 24 * 24; i++) {
                float near = scene.disparity().at(i / 24, i % 24);
                assertThat(scene.motion().at(i / 24, i % 24, 0))
                        .isEqualTo(-near * scene.camera().get(0));
                assertThat(scene.motion().at(i / 24, i % 24, 1))
                        .isEqualTo(-near * scene.camera().get(1));
            }
            moved += scene.motion().magnitude().max() > 0 ? 1 : 0;
            assertThat(kept(scene)).isGreaterThan(0.6);
        }
        assertThat(moved).isGreaterThan(20);
    }

    @Test
    void filesAreReadWithWhatIsWrongWithThem() {
        Path digits = images().resolve("mnist-t10k-images-idx3-ubyte.gz");
        Path photos = images().resolve("cifar10-jpeg.zip");
        Raster digit = SceneFiles.digits(digits, 1, 28).getFirst();
        assertThat(digit.max()).isGreaterThan(0.9f);
        assertThat(digit.at(0, 0)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SceneFiles.digits(digits, 20_000, 14))
                .withMessageContaining("holds 10000 pictures of 28 x 28; 20000 are asked for");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SceneFiles.photos(photos, "nowhere/", 1))
                .withMessageContaining("holds 0 pictures");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new SpriteScenes(
                                        List.of(digit),
                                        SceneFiles.photos(photos, "test/", 1),
                                        30,
                                        1,
                                        4,
                                        0,
                                        0))
                .withMessageContaining("need 34");
    }
}
