package org.cumae.cli;

import org.cumae.Check;
import org.cumae.data.DataFolder;
import org.cumae.recipe.PictureRecipe;
import org.cumae.recipe.Recipe;
import org.cumae.recipe.Recipes;
import org.cumae.unit.picture.PictureSet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The pictures that a model's recipe names. It lies with the model, or beside its folder as a run
/// leaves it.
///
/// @param heldOut the share of the last ones, which the model has not seen
record RealPictures(PictureSet all, double heldOut) {
    /// Reads them.
    ///
    /// @param folder of the model
    /// @throws IllegalArgumentException if there is no recipe, or it is of another kind
    static RealPictures of(Path folder, Progress progress) {
        Path inside = folder.resolve("recipe.yaml");
        Path beside = folder.toAbsolutePath().normalize().resolveSibling("recipe.yaml");
        Path written = Files.exists(inside) ? inside : beside;
        Check.argument(
                Files.exists(written),
                "%s has no recipe.yaml, which says what pictures it learned from; put it there",
                folder);
        Recipe recipe = Recipes.read(written, Map.of());
        if (!(recipe instanceof PictureRecipe pictures)) {
            throw new IllegalArgumentException(
                    "%s is a recipe of another kind than picture".formatted(written));
        }
        Path file =
                DataFolder.standard()
                        .find(
                                pictures.data().file(),
                                (at, done) -> progress.bytes(at.path(), done, at.bytes()));
        return new RealPictures(PictureSet.read(file, pictures.limit()), pictures.data().heldOut());
    }

    /// Some of those that the model has not seen.
    ///
    /// @throws IllegalArgumentException if there are not as many
    PictureSet unseen(int count) {
        int kept = (int) Math.round(all.size() * (1 - heldOut));
        Check.argument(
                count > 0 && count <= all.size() - kept,
                "%d pictures are asked for; of %d that the model has not seen take [1, %d]",
                count,
                all.size() - kept,
                all.size() - kept);
        return all.part(kept, kept + count);
    }
}
