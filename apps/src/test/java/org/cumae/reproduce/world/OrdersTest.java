package org.cumae.reproduce.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.naming.ModelShelf;
import org.cumae.recipe.Recipes;
import org.cumae.recipe.WorldRecipe;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class OrdersTest {
    @TempDir private Path folder;

    /// Both worlds can be learned as their recipes say; a run takes minutes before it begins.
    @ParameterizedTest
    @EnumSource
    void worldsOfBothOrdersHaveRecipes(Orders.Told told) throws IOException {
        Path bundled = ModelShelf.standard().find("world-cards").resolve("recipe.yaml");
        WorldRecipe like = (WorldRecipe) Recipes.read(bundled, Map.of());
        Path file = folder.resolve("recipe.yaml");
        Files.writeString(file, Orders.recipe(told, like, 50));
        WorldRecipe recipe = (WorldRecipe) Recipes.read(file, Map.of());
        assertThat(recipe.training().steps()).isEqualTo(50);
        assertThat(recipe.stages().getFirst().grammars().keySet().iterator().next())
                .isEqualTo(
                        told == Orders.Told.RANDOM
                                ? "within 5: rgb0 rgb1[40-100%] | c01"
                                : "within 5: rgb0[100-100%; raster] rgb1[100-100%; raster] | c01");
    }
}
