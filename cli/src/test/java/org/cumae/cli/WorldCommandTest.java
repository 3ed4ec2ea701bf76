package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.psi.Raster;
import org.cumae.world.FlowFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;

import javax.imageio.ImageIO;

/// The worlds whose laws are exact, from the command line.
class WorldCommandTest {
    @TempDir private Path folder;

    private JsonNode asked(String... words) {
        Ran ran = Ran.of(with(words, "--out", folder.toString(), "--json"));
        assertThat(ran.status()).as(ran.out() + ran.err()).isZero();
        return ran.json();
    }

    private static String[] with(String[] words, String... more) {
        String[] all = new String[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    @Test
    void worldsAreListedWithWhatTheyKnow() {
        Ran ran = Ran.of("world", "list");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("moving-object", "two-planes", "stack", "rgb0", "c01", "d0");
    }

    @Test
    void aPromptIsAnsweredAndSaysWhatItCost() throws IOException {
        JsonNode asked =
                asked(
                        "world",
                        "ask",
                        "moving-object",
                        "rgb0,f01[4,4]->f01:par,rgb1:s2p=8",
                        "--seed",
                        "3");
        assertThat(asked.get("written")).hasSize(99 + 100);
        assertThat(asked.get("exact").asBoolean()).isFalse();
        assertThat(asked.get("drawn").get(1).asString())
                .isEqualTo("rgb1 8 sequential, then parallel");
        assertThat(asked.get("passes").asInt()).isBetween(10, 14);
        assertThat(ImageIO.read(folder.resolve("answer.png").toFile()).getHeight()).isEqualTo(370);
        Ran plain = Ran.of("world", "ask", "moving-object", "rgb0->rgb1:par");
        assertThat(plain.out()).contains("100 patches in", "rgb1 parallel", "--out FOLDER");
        Ran explained = Ran.of("world", "ask", "moving-object", "rgb0->rgb1:s2p=8", "--explain");
        assertThat(explained.out()).contains("given   rgb0", "9 passes", "in all");
        Ran scored = Ran.of("world", "ask", "moving-object", "rgb0,f01->rgb1", "--score", "--json");
        Ran blind = Ran.of("world", "ask", "moving-object", "rgb0->rgb1:par", "--score", "--json");
        assertThat(scored.json().get("bits").asDouble())
                .isLessThan(0.8 * blind.json().get("bits").asDouble());
    }

    @Test
    void pointsAreTracedIntoAFlowFile() {
        JsonNode flow = asked("world", "flow", "moving-object", "--scene", "3", "--reveal", "0.3");
        assertThat(flow.get("traces")).hasSize(100);
        assertThat(flow.get("endpoint_error").asDouble()).isLessThan(0.3);
        assertThat(flow.get("files")).hasSize(3);
        Raster motion = FlowFile.read(folder.resolve("flow.flo"));
        assertThat(motion.rows()).isEqualTo(10);
        assertThat(motion.magnitude().max()).isGreaterThan(0);
    }

    @Test
    void structureIsReadOffTheScene() throws IOException {
        JsonNode segment =
                asked("world", "segment", "moving-object", "--scene", "3", "--at", "3,3");
        assertThat(segment.at("/segments/0/cells")).hasSize(16);
        assertThat(asked("world", "segment", "moving-object", "--scene", "3").get("segments"))
                .isNotEmpty();
        JsonNode depth = asked("world", "depth", "two-planes", "--scene", "1");
        assertThat(depth.get("depth")).hasSize(10);
        assertThat(ImageIO.read(folder.resolve("depth16.png").toFile()).getWidth()).isEqualTo(10);
        JsonNode motion =
                asked(
                        "world",
                        "motion",
                        "moving-object",
                        "--scene",
                        "3",
                        "--at",
                        "3,3",
                        "--poke",
                        "2,-1");
        assertThat(motion.get("fastest").asDouble())
                .isEqualTo(Math.sqrt(5), org.assertj.core.api.Assertions.within(0.01));
        JsonNode edit =
                asked(
                        "world",
                        "edit",
                        "moving-object",
                        "--scene",
                        "3",
                        "--at",
                        "3,3",
                        "--move",
                        "2,1");
        assertThat(edit.get("moved").asInt()).isEqualTo(16);
        JsonNode influence = asked("world", "influence", "stack", "--at", "1,3;7,3");
        assertThat(influence.get("objects")).hasSize(2);
        assertThat(influence.at("/objects/0/moves/0").asDouble()).isEqualTo(1);
        assertThat(influence.get("removal")).hasSize(2);
        JsonNode roll = asked("world", "roll", "moving-object", "--given", "2");
        assertThat(roll.get("prompt").asString()).isEqualTo("rgb0,rgb1->rgb2:s2p=32");
        JsonNode entropy = asked("world", "entropy", "moving-object", "rgb0->rgb1");
        assertThat(entropy.at("/rgb1/mean_entropy").asDouble()).isBetween(0.1, 1.8);
        for (String name :
                new String[] {"segment0", "mask0", "depth", "motion", "edit", "roll", "entropy"}) {
            assertThat(folder.resolve(name + ".png")).isNotEmptyFile();
        }
    }

    @Test
    void picturesCanBeShownInsteadOfScenes() {
        asked("world", "flow", "moving-object", "--at", "3,3");
        Path picture = folder.resolve("flow.png"); // 320 x 320, of ten by ten cells
        Ran ran =
                Ran.of(
                        "world",
                        "entropy",
                        "moving-object",
                        "rgb0->rgb1",
                        "--frames",
                        picture.toString());
        assertThat(ran.status()).as(ran.err()).isZero();
        Ran odd =
                Ran.of(
                        "world",
                        "depth",
                        "two-planes",
                        "--frames",
                        folder.resolve("occluded.png") + "," + picture + "," + picture);
        assertThat(odd.status()).isEqualTo(2);
        assertThat(odd.err()).contains("has 2 frames and 3 pictures");
    }

    @Test
    void aVideoCanBeShownInstead() {
        Path clip = data("video/carphone_pristine.mp4");
        JsonNode traced =
                asked(
                        "world",
                        "flow",
                        "moving-object",
                        "--video",
                        clip.toString(),
                        "--every",
                        "5",
                        "--at",
                        "3,3;7,2");
        assertThat(traced.get("traces")).hasSize(2);
        assertThat(traced.has("endpoint_error")).isFalse(); // nobody knows the truth
        Ran text = Ran.of("world", "flow", "moving-object", "--video", "README.md", "--at", "3,3");
        assertThat(text.status()).isEqualTo(2);
        assertThat(text.err()).contains("README.md");
        Ran none =
                Ran.of(
                        "world",
                        "flow",
                        "moving-object",
                        "--video",
                        clip.toString(),
                        "--every",
                        "0");
        assertThat(none.err()).contains("must be 1 or more");
    }

    private static Path data(String name) {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data).resolve(name);
    }

    @Test
    void wrongUseIsToldWithTheRemedy() {
        assertThat(Ran.of("world", "ask", "moving-object", "rgb0->sound1").err())
                .contains("column 7: the world knows no type 'sound'");
        assertThat(Ran.of("world", "ask", "movingobject", "rgb0->rgb1").err())
                .contains("did you mean 'moving-object'");
        Ran outside = Ran.of("world", "segment", "moving-object", "--at", "3,10");
        assertThat(outside.status()).isEqualTo(2);
        assertThat(outside.err()).contains("outside the grid");
        assertThat(Ran.of("world", "segment", "moving-object", "--at", "3").err())
                .contains("'3' is no cell");
        assertThat(Ran.of("world", "motion", "moving-object", "--at", "4,4", "--poke", "9,0").err())
                .contains("knows motion up to 2.00");
        assertThat(Ran.of("world", "depth", "moving-object").err())
                .contains("knows nothing of type 'c'");
        assertThat(Ran.of("world", "influence", "moving-object", "--at", "3,3").err())
                .contains("influence is between objects, and there is 1");
        assertThat(Ran.of("world", "roll", "moving-object", "--given", "3").err())
                .contains("leave at least 1");
    }
}
