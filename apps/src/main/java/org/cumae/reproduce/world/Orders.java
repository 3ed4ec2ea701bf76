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
import java.util.Map;

/// Two small worlds that learn the same from the same scenes for as many steps, one from patches in
/// random order and one row by row, and what each makes of patches revealed anywhere.
///
/// @param random surprise of the world of random order, nats a patch
/// @param raster of the other
record Orders(double random, double raster) {
    private static final double REVEALED = 0.1;

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
                surprise("random", "", like, photos, digits, scenes, steps, trial),
                surprise("raster", "; raster", like, photos, digits, scenes, steps, trial));
    }

    private static double surprise(
            String name,
            String order,
            WorldRecipe like,
            Path photos,
            Path digits,
            List<Scene> scenes,
            int steps,
            Trial trial) {
        trial.progress().accept("learning in %s order, %d steps".formatted(name, steps));
        Path folder = trial.folder().resolve("order-%s-%d".formatted(name, steps));
        try {
            Files.createDirectories(folder);
            Path file =
                    Files.writeString(
                            folder.resolve("recipe.yaml"), recipe(name, order, like, steps));
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

    static String recipe(String name, String order, WorldRecipe like, int steps) {
        return """
                kind: world
                name: %s
                about: A world for one trial.
                data: {file: %s, held-out: %s}
                shapes: %s
                scenes: {side: 32, patch: 4, reach: 8, cameras: 1.0, cards: 0.75, photos: 2000, digits: 2000, count: 3000}
                codes: [256]
                model: {layers: 3, width: 96, heads: 2, inner: 256}
                length: 264
                stages:
                  - name: seen
                    types: [rgb, c]
                    share: 1.0
                    grammars:
                      "c01 rgb0[50-100%%%s] | rgb1[30-100%%%s]": 1
                training:
                  steps: %d
                  decay: %d
                  batch: 16
                  rate: 2.0e-3
                  warmup: 20
                  betas: [0.9, 0.98]
                  evaluate-batches: 4
                  evaluate-every: 1000
                """
                .formatted(
                        name,
                        like.data().file(),
                        like.data().heldOut(),
                        like.shapes(),
                        order,
                        order,
                        steps,
                        steps / 5);
    }
}
