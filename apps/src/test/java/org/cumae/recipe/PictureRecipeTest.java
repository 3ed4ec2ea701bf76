package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.net.FlowShape;
import org.cumae.net.PictureShape;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchLatent;
import org.cumae.psi.Book;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a recipe of pictures makes of its words.
class PictureRecipeTest {
    private static final Path RECIPES = Path.of("..", "recipes");
    private static final PatchLatent LATENT =
            new PatchLatent(new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1), 7, 7);

    private static PictureRecipe recipe(String name, Map<String, String> changes) {
        return (PictureRecipe) Recipes.read(RECIPES.resolve(name), changes);
    }

    private static FlowShape.Variance variance(PictureRecipe recipe) {
        return recipe.config(recipe.manner().of(LATENT), 10)
                .picture()
                .flatMap(PictureShape::flow)
                .orElseThrow()
                .variance();
    }

    /// Scales, squares, and masks behind pivots.
    @ParameterizedTest
    @CsvSource({"digits-flow.yaml", "digits-squares.yaml", "digits-masks.yaml"})
    void aModelLearnsVariancesWhereTheRecipeSaysSo(String name) {
        assertThat(variance(recipe(name, Map.of()))).isEqualTo(FlowShape.Variance.CHOSEN);
        PictureRecipe learning =
                recipe(
                        name,
                        Map.of(
                                "model.variance",
                                "learned",
                                "manner.flow.solver",
                                "ancestral",
                                "manner.flow.variance",
                                "learned"));
        assertThat(variance(learning)).isEqualTo(FlowShape.Variance.LEARNED);
        assertThat(Recipes.with(learning, Map.of())).isEqualTo(learning);
    }

    @Test
    void variancesThatFitNothingAreRefused() {
        assertThatThrownBy(
                        () ->
                                recipe(
                                        "digits-masks.yaml",
                                        Map.of(
                                                "manner.flow.solver",
                                                "ancestral",
                                                "manner.flow.variance",
                                                "learned")))
                .hasMessageContaining("add model.variance: learned");
        PictureRecipe codes = recipe("digits-raster.yaml", Map.of("model.variance", "learned"));
        PatchCode code =
                new PatchCode(
                        Book.of(
                                new TokenType("patch", 3, 4, List.of(Span.of(0, 3))),
                                new float[] {0},
                                new float[] {0.5f},
                                new float[] {1}));
        assertThatThrownBy(() -> codes.config(codes.manner().of(code), 10))
                .hasMessageContaining("model.variance is learned, and this manner draws codes");
    }

    @Test
    void turnsAreOfScalesThatDoNotSeeEachOther() {
        PictureRecipe taken = recipe("digits-scales.yaml", Map.of("turns", "[8, 1, 1]"));
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
