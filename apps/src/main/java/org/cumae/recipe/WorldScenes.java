package org.cumae.recipe;

import org.cumae.psi.Box;
import org.cumae.psi.Raster;
import org.cumae.train.world.ClipPairs;
import org.cumae.train.world.SceneFiles;
import org.cumae.train.world.SpriteScenes;
import org.cumae.unit.clip.Clip;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Scenes as a [WorldRecipe] has them.
public final class WorldScenes {
    private static final int FRAMES = 2_000; // of a video at most

    private WorldScenes() {}

    /// The scenes of a recipe, of photos and digits that are learned from or of others.
    ///
    /// @param photos a ZIP archive, whose entries begin with `train/` or `test/`
    /// @param digits an IDX file
    /// @param learned whether they are learned from
    public static SpriteScenes of(WorldRecipe recipe, Path photos, Path digits, boolean learned) {
        WorldRecipe.Scenes plan = recipe.scenes();
        int side = plan.side() + plan.reach();
        int held = Math.max(1, (int) Math.round(plan.digits() * recipe.data().heldOut()));
        List<Raster> shapes = SceneFiles.digits(digits, plan.digits(), plan.side() / 2);
        List<Raster> pictures =
                SceneFiles.photos(
                                photos,
                                learned ? "train/" : "test/",
                                learned ? plan.photos() : Math.max(1, plan.photos() / 10))
                        .stream()
                        .map(photo -> photo.resampled(Box.all(photo), side, side))
                        .toList();
        return new SpriteScenes(
                learned
                        ? shapes.subList(0, shapes.size() - held)
                        : shapes.subList(shapes.size() - held, shapes.size()),
                pictures,
                plan.side(),
                plan.patch(),
                plan.reach(),
                plan.cameras(),
                plan.cards());
    }

    /// The videos of a recipe, where it has some, of which it learns.
    ///
    /// @param files its videos, in the recipe's order
    public static Optional<ClipPairs> clips(WorldRecipe recipe, List<Path> files) {
        return recipe.clips()
                .map(
                        plan ->
                                new ClipPairs(
                                        files.stream()
                                                .map(
                                                        file ->
                                                                Clip.read(file, plan.rows(), FRAMES)
                                                                        .frames())
                                                .toList(),
                                        recipe.scenes().side(),
                                        plan.gap(),
                                        ClipPairs.Part.LEARNED));
    }
}
