package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class PictureRecipeTest {
    private static Recipe recipe(String name, Map<String, String> changes) {
        return Recipes.read(Path.of("../recipes", name), changes);
    }

    @Test
    void turnsAreOfScalesThatDoNotSeeEachOther() {
        PictureRecipe taken =
                (PictureRecipe) recipe("digits-scales.yaml", Map.of("turns", "[8, 1, 1]"));
        assertThat(taken.turns()).contains(List.of(8, 1, 1));
        for (String name : List.of("digits-rings.yaml", "digits-flow.yaml")) {
            assertThatThrownBy(() -> recipe(name, Map.of("turns", "[8, 1, 1]")))
                    .hasMessageContaining("turns are [8, 1, 1]; only scales of codes");
        }
        assertThatThrownBy(
                        () ->
                                recipe(
                                        "digits-scales.yaml",
                                        Map.of("turns", "[8, 1]", "manner.past", "all")))
                .hasMessageContaining("that do not see each other (manner.past none)");
    }
}
