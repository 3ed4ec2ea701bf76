package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.psi.World;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.world.OpenWorld;
import org.cumae.world.Worlds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A world is learned in stages, each of which reads its types off the one before.
class WorldTrainingTest {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    private static final String RECIPE =
            """
            kind: world
            name: tiny
            about: A tiny world.
            data:
              file: images/cifar10-jpeg.zip
              held-out: 0.2
            shapes: images/mnist-t10k-images-idx3-ubyte.gz
            scenes:
              side: 16
              patch: 4
              reach: 8
              cameras: 0.3
              cards: 0.8
              photos: 20
              digits: 20
              count: 12
            clips: {files: [video/carphone_pristine.mp4], rows: 24, gap: 2}
            codes: [8, 4]
            law: signs
            model:
              layers: 1
              width: 32
              heads: 2
              inner: 48
            length: 110
            stages:
              - name: seen
                types: [rgb, c]
                filmed: 0.4
                share: 0.5
                grammars:
                  "rgb0 c01 rgb1[20-90%]": 1
                  "within 2: rgb0 | rgb1[50-90%; raster]": 1
              - name: moved
                types: [f]
                reading:
                  scenes: 4
                  points: 5
                  masks: 2
                  reveal: 0.1
                  threshold: 0
                  pokes: 2
                share: 0.3
                grammars:
                  "c01 rgb0 | f01": 1
                  "rgb0 rgb1": 1
              - name: known
                types: [d, s]
                reading:
                  scenes: 3
                  points: 1
                  masks: 1
                  reveal: 0.1
                  threshold: 0
                  pokes: 2
                share: 0.2
                grammars:
                  "rgb0 | d0 s0": 1
            training:
              steps: 10
              batch: 2
              rate: 1.0e-3
              decay: 2
              warmup: 1
              evaluate-batches: 2
            """;

    @TempDir private Path folder;

    private static Path data(String name) {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data).resolve(name);
    }

    private Training.Result train(Path place, Consumer<WorldTraining> begun, List<String> told)
            throws IOException {
        Path file = Files.writeString(folder.resolve("tiny.yaml"), RECIPE);
        WorldRecipe recipe = (WorldRecipe) Recipes.read(file, Map.of());
        AtomicReference<WorldTraining> made = new AtomicReference<>();
        Journal journal =
                new Journal() {
                    @Override
                    public void told(String message) {
                        told.add(message);
                    }

                    @Override
                    public void saved(long step) {
                        begun.accept(made.get());
                    }
                };
        try (RunFolder run = RunFolder.open(place, true);
                WorldTraining training =
                        WorldTraining.prepare(
                                recipe,
                                data(recipe.data().file()),
                                data(recipe.shapes()),
                                recipe.videos().stream().map(video -> data(video)).toList(),
                                run,
                                journal)) {
            made.set(training);
            return training.run();
        }
    }

    private static Map<String, byte[]> model(Path run) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (var all = Files.list(run.resolve("model"))) {
            for (Path file : all.toList()) {
                files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return files;
    }

    @Test
    void eachStageReadsItsTypesOffTheWorldBefore() throws IOException {
        List<String> told = new ArrayList<>();
        Path run = folder.resolve("run");
        Training.Result result = train(run, _ -> {}, told);
        assertThat(result.outcome().steps()).isEqualTo(12);
        assertThat(result.heldOut()).isPositive().isFinite();
        assertThat(told).hasSize(6);
        assertThat(told.get(0)).isEqualTo("reading f off 0 of 4 scenes");
        assertThat(told.get(1)).startsWith("moved: what was known before ");
        assertThat(told.get(2)).startsWith("moved: c01[100-100%] rgb0[100-100%] | f01[100-100%]: ");
        assertThat(told.get(3)).isEqualTo("reading d and s off 0 of 3 scenes");
        assertThat(told.get(4)).startsWith("known: what was known before ");
        assertThat(told.get(5)).startsWith("known: rgb0[100-100%] | d0[100-100%] s0[100-100%]: ");
        try (OpenWorld seen = Worlds.open(run.resolve("1-seen/decayed/model").toString());
                OpenWorld known = Worlds.open(run.resolve("model").toString())) {
            World first = seen.world();
            World last = known.world();
            assertThat(first.has(World.FLOW, NEXT)).isFalse();
            assertThat(last.has(World.FLOW, NEXT)).isTrue();
            assertThat(last.has(World.DEPTH, FIRST)).isTrue();
            Canvas scene = known.scenes().apply(3);
            assertThat(last.elements(scene, World.FLOW, NEXT)).hasSize(16);
            assertThat(last.elements(scene, "s", FIRST)).hasSize(16);
            // what was known keeps its ids and positions
            for (Element each : first.whole(seen.scenes().apply(3), World.RGB, SECOND)) {
                Address at = each.address();
                assertThat(last.layout().pointer(at)).isEqualTo(first.layout().pointer(at));
                assertThat(last.layout().position(at, 2)).isEqualTo(first.layout().position(at, 2));
                assertThat(scene.codes(at)).contains(each.codes());
            }
        }
    }

    /// A run that is stopped in each of its stages ends with the very bits of one that was not.
    @Test
    void aRunThatIsStoppedGoesOnToTheSameEnd() throws IOException {
        Path whole = folder.resolve("whole");
        train(whole, _ -> {}, new ArrayList<>());
        Path stopped = folder.resolve("stopped");
        int stops = 0;
        while (!Files.isDirectory(stopped.resolve("model"))) {
            train(stopped, WorldTraining::stop, new ArrayList<>());
            stops++;
        }
        assertThat(stops).isGreaterThan(3);
        Map<String, byte[]> expected = model(whole);
        Map<String, byte[]> found = model(stopped);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
    }

    @Test
    void recipesThatCannotBeFollowedAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("tiny.yaml"), RECIPE);
        assertThatThrownBy(
                        () ->
                                Recipes.read(
                                        Files.writeString(
                                                folder.resolve("shares.yaml"),
                                                RECIPE.replace("share: 0.5", "share: 0.7")),
                                        Map.of()))
                .hasMessageContaining("add up to 1.2");
        assertThatThrownBy(
                        () ->
                                Recipes.read(
                                        Files.writeString(
                                                folder.resolve("nothing.yaml"),
                                                RECIPE.replaceAll(
                                                        "(?s)stages:.*training:",
                                                        "stages: []\ntraining:")),
                                        Map.of()))
                .hasMessageContaining("one stage or more");
        assertThatThrownBy(
                        () ->
                                Recipes.read(
                                        Files.writeString(
                                                folder.resolve("clips.yaml"),
                                                RECIPE.replaceAll("clips: .*", "")),
                                        Map.of()))
                .hasMessageContaining(
                        "0.4 of its scenes are filmed, and the recipe names no clips");
        assertThatThrownBy(() -> Recipes.read(file, Map.of("model.heads", "1")))
                .hasMessageContaining("wide with 1 heads");
        assertThat(Recipes.read(file, Map.of()).name()).isEqualTo("tiny");
    }
}
