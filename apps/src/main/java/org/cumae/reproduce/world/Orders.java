package org.cumae.reproduce.world;

import org.cumae.recipe.Recipes;
import org.cumae.recipe.WorldRecipe;
import org.cumae.recipe.WorldTraining;
import org.cumae.reproduce.Trial;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.world.SceneCode;
import org.cumae.train.world.SpriteScenes.Scene;
import org.cumae.world.OpenWorld;
import org.cumae.world.Worlds;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Two worlds that learn the same from the same scenes for as many steps, one from some patches in
/// random order and one from all of them row by row, and what each makes of patches revealed
/// anywhere. They learn until they can copy what a known camera moved, since before that no order
/// helps.
///
/// @param random surprise of the world of random order, nats a patch
/// @param raster of the other
record Orders(double random, double raster) {
    private static final double REVEALED = 0.1;

    /// In which order the patches of both frames are told, and how many, in the words of a grammar.
    enum Told {
        /// Some of them, in random order.
        RANDOM("", "[40-100%]", "[50-100%]"),
        /// All of them, row by row.
        RASTER("[100-100%; raster]", "[100-100%; raster]", "[100-100%; raster]");

        private final String first; // of frame 0
        private final String seen; // of frame 1, where it is given
        private final String learned; // of frame 1, where it is learned

        Told(String first, String seen, String learned) {
            this.first = first;
            this.seen = seen;
            this.learned = learned;
        }

        /// What messages and folders call it.
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param like whose data is used
    /// @param scenes that neither learns from
    /// @param steps of each
    static Orders of(
            WorldRecipe like,
            Path photos,
            Path digits,
            List<Scene> scenes,
            int steps,
            Trial trial) {
        return new Orders(
                surprise(Told.RANDOM, like, photos, digits, scenes, steps, trial),
                surprise(Told.RASTER, like, photos, digits, scenes, steps, trial));
    }

    private static double surprise(
            Told told,
            WorldRecipe like,
            Path photos,
            Path digits,
            List<Scene> scenes,
            int steps,
            Trial trial) {
        trial.progress().accept("learning in %s order, %d steps".formatted(told.word(), steps));
        Path folder = trial.folder().resolve("order-%s-%d".formatted(told.word(), steps));
        try {
            Files.createDirectories(folder);
            Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe(told, like, steps));
            WorldRecipe recipe = (WorldRecipe) Recipes.read(file, Map.of());
            try (RunFolder run = RunFolder.open(folder.resolve("run"), true);
                    WorldTraining training =
                            WorldTraining.prepare(
                                    recipe, photos, digits, List.of(), run, new Journal() {})) {
                training.run();
                try (OpenWorld open = Worlds.open(run.model().toString())) {
                    return new SceneJudge(open.world(), SceneCode.of(open.world()), scenes)
                            .surprise(REVEALED, 0);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
    }

    /// As the bundled world begins: first how the camera moved is to be seen, then what it moved.
    ///
    /// @param like whose data is used
    static String recipe(Told told, WorldRecipe like, int steps) {
        return """
                kind: world
                name: %1$s
                about: A world for one trial.
                data: {file: %2$s, held-out: %3$s}
                shapes: %4$s
                scenes: {side: 32, patch: 4, reach: 8, cameras: 1.0, cards: 0.75, photos: 3000, digits: 4000, count: 12000}
                codes: [512]
                model: {layers: 4, width: 128, heads: 4, inner: 344}
                length: 264
                stages:
                  - name: panned
                    types: [rgb, c]
                    share: 0.2
                    grammars:
                      "within 5: rgb0%5$s rgb1%6$s | c01": 1
                  - name: seen
                    types: []
                    share: 0.8
                    grammars:
                      "within 5: rgb0%5$s | rgb1%7$s c01": 2
                      "within 5: c01 rgb0%5$s | rgb1%7$s": 1
                      "within 5: rgb0%5$s rgb1%6$s | c01": 0.5
                training:
                  steps: %8$d
                  decay: %9$d
                  batch: 22
                  rate: 2.0e-3
                  warmup: 50
                  betas: [0.9, 0.98]
                  evaluate-batches: 4
                  evaluate-every: 1000
                """
                .formatted(
                        told.word(),
                        like.data().file(),
                        like.data().heldOut(),
                        like.shapes(),
                        told.first,
                        told.seen,
                        told.learned,
                        steps,
                        steps / 5);
    }
}
