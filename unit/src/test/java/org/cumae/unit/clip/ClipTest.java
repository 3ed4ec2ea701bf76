package org.cumae.unit.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// Real videos are read, and broken ones told.
class ClipTest {
    @TempDir private Path folder;

    private static Path video(String name) {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data).resolve("video").resolve(name);
    }

    private static double distance(Raster one, Raster other) {
        double sum = 0;
        for (int y = 0; y < one.rows(); y++) {
            for (int x = 0; x < one.columns(); x++) {
                for (int c = 0; c < 3; c++) {
                    sum += Math.abs(one.at(y, x, c) - other.at(y, x, c));
                }
            }
        }
        return sum / (3 * one.rows() * one.columns());
    }

    @Test
    void framesFollowEachOther() {
        Clip clip = Clip.read(video("carphone_pristine.mp4"), 72, 40);
        assertThat(clip.frames()).hasSize(40);
        assertThat(clip.rate()).isBetween(10.0, 60.0);
        Raster first = clip.frames().getFirst();
        assertThat(first.rows()).isEqualTo(72);
        assertThat(first.columns()).isEqualTo(88); // the video has 352 x 288
        assertThat(first.max()).isGreaterThan(0.6f);
        assertThat(first.min()).isBetween(0f, 0.3f);
        double next = distance(first, clip.frames().get(1));
        double later = distance(first, clip.frames().get(39));
        assertThat(next).isLessThan(later); // a face moves little in a thirtieth of a second
        assertThat(clip.frames().get(39)).isNotEqualTo(first);
    }

    @Test
    void coloursAreNotSwapped() {
        Clip clip = Clip.read(video("bigbuckbunny.mp4"), 90, 200);
        double[] sums = new double[3]; // a meadow: more green than blue
        for (Raster frame : clip.frames()) {
            for (int y = 0; y < frame.rows(); y++) {
                for (int x = 0; x < frame.columns(); x++) {
                    for (int c = 0; c < 3; c++) {
                        sums[c] += frame.at(y, x, c);
                    }
                }
            }
        }
        assertThat(sums[1]).isGreaterThan(sums[2]);
    }

    @Test
    void whatIsNoVideoIsTold() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.mp4"), "leaves in any order");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clip.read(text, 10, 1))
                .withMessageContaining("notes.mp4 cannot be read as a video");
        Path empty = Files.createFile(folder.resolve("empty.mp4"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clip.read(empty, 10, 1))
                .withMessageContaining("empty.mp4 cannot be read as a video");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clip.read(folder.resolve("none.mp4"), 10, 1))
                .withMessageContaining("there is no file");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clip.read(text, 0, 1))
                .withMessageContaining("0 rows");
    }

    /// Cut off and changed files give frames or a message, and the process stays.
    @Test
    void brokenVideosGiveFramesOrAMessage() throws IOException {
        byte[] whole = Files.readAllBytes(video("carphone_pristine.mp4"));
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 24; i++) {
            byte[] broken =
                    Arrays.copyOf(
                            whole, i % 2 == 0 ? whole.length : 1 + random.nextInt(whole.length));
            for (int flips = 0; flips < 40 * (i % 3); flips++) {
                broken[random.nextInt(Math.min(broken.length, i < 12 ? 4096 : broken.length))] ^=
                        (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("broken-%d.mp4".formatted(i)), broken);
            try {
                assertThat(Clip.read(file, 36, 5).frames()).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("broken-%d.mp4".formatted(i));
                refused++;
            }
        }
        assertThat(refused).isPositive(); // the table of frames is at the end of the file
    }
}
