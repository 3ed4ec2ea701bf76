package org.cumae.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Sampling;
import org.cumae.image.MannerPlan.Course;
import org.cumae.image.MannerPlan.Kind;
import org.cumae.image.PictureModel.Wish;
import org.cumae.net.Backbone;
import org.cumae.net.FlowShape;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchLatent;
import org.cumae.psi.Book;
import org.cumae.psi.Raster;
import org.cumae.train.picture.PictureLearner;
import org.cumae.unit.picture.CodeFile;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Models that draw by masks, kept in folders.
class PictureFolderTest {
    private static final MannerPlan PLAN =
            MannerPlan.of(Kind.MASKS).revealing(5).choosing(1.5).guided(Course.CONSTANT);
    private static final List<String> CLASSES = List.of("cat", "dog");
    private static final PatchCode CODE =
            new PatchCode(
                    Book.of(
                            new TokenType("patch", 3, 4, List.of(Span.of(0, 3))),
                            new float[] {0},
                            new float[] {0.5f},
                            new float[] {1}));

    @TempDir private Path folder;

    private static Backbone backbone(CodeMasks manner) {
        return Backbone.fresh(
                TransformerConfig.picture(
                        "masks",
                        manner.firstCondition() + CLASSES.size() + 1,
                        1,
                        16,
                        2,
                        16,
                        manner.mostRows(),
                        new Positions.Grid(3, 4, 100),
                        new PictureShape(0, false, 1)),
                1);
    }

    private static List<Raster> drawn(PictureModel model) {
        List<Wish> wishes = Wish.each(model, 6, 1.5, Sampling.PLAIN, 3);
        return model.draw(wishes).stream().map(PictureModel.Painted::picture).toList();
    }

    @Test
    void aModelOfMasksOpensAsItWasSaved() {
        CodeMasks manner = (CodeMasks) PLAN.of(CODE);
        assertThat(manner).isEqualTo(new CodeMasks(CODE, 5, 1.5));
        Backbone backbone = backbone(manner);
        backbone.save(folder, TensorType.F32);
        CodeFile.write(CODE, folder.resolve(PictureLearner.CODE));
        PictureFolder.describe(PLAN, CLASSES, folder);
        try (PictureModel saved =
                        new PictureModel(
                                "masks", PLAN, manner, CLASSES, new Transformer(backbone));
                PictureModel opened = PictureFolder.open(folder)) {
            assertThat(opened.plan()).isEqualTo(PLAN);
            assertThat(opened.manner().steps()).isEqualTo(5);
            assertThat(drawn(opened)).isEqualTo(drawn(saved));
        }
    }

    /// What is not known yet is paper, and there is ever less of it.
    @Test
    void cellsAreSeenAsTheyAreKnown() {
        CodeMasks manner = (CodeMasks) PLAN.of(CODE);
        List<Long> paper = new ArrayList<>();
        try (PictureModel model =
                new PictureModel(
                        "masks", PLAN, manner, CLASSES, new Transformer(backbone(manner)))) {
            model.draw(
                    new Wish(OptionalInt.of(0), 1, Sampling.PLAIN, 1, 1),
                    (_, known) -> {
                        Raster seen = known.get();
                        long left = 0;
                        for (int i = 0; i < 12; i++) {
                            left += seen.at(i / 4, i % 4, 0) == seen.at(i / 4, i % 4, 2) ? 0 : 1;
                        }
                        return paper.add(left);
                    });
        }
        // 12 times the cosine of a fifth of a quarter turn, of two fifths and so on
        assertThat(paper).containsExactly(11L, 9L, 7L, 3L, 0L);
    }

    private static final PatchLatent LATENT =
            new PatchLatent(new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1), 3, 3);

    /// Masks of real vectors that are led back through a diffusion.
    private static MannerPlan ancestral(FlowPlan.Variance variance) {
        return new MannerPlan(
                Kind.MASKS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(flow(FlowPlan.Way.ANCESTRAL, Optional.of(variance))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static FlowPlan flow(FlowPlan.Way solver, Optional<FlowPlan.Variance> variance) {
        return new FlowPlan(
                Optional.empty(),
                Optional.empty(),
                Optional.of(3),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(solver),
                Optional.of(5),
                variance);
    }

    private static Backbone values(FlowShape.Variance variance) {
        FlowShape shape = new FlowShape(1, FlowShape.Reach.TOGETHER, FlowShape.Told.EACH, true, 1);
        return Backbone.fresh(
                TransformerConfig.picture(
                        "values",
                        CLASSES.size() + 1,
                        1,
                        16,
                        2,
                        16,
                        20,
                        new Positions.Grid(3, 3, 100),
                        new PictureShape(1, true, 1, Optional.of(shape.withVariance(variance)))),
                1);
    }

    /// Opened by the plan that is written beside it.
    private PictureModel opened(FlowShape.Variance learned, FlowPlan.Variance taken) {
        try (Backbone backbone = values(learned)) {
            backbone.save(folder, TensorType.F32);
        }
        CodeFile.write(LATENT, folder.resolve(PictureLearner.CODE));
        PictureFolder.describe(ancestral(taken), CLASSES, folder);
        return PictureFolder.open(folder);
    }

    /// A fresh model's noise is half way between the two widths that may be chosen: another
    /// picture.
    @Test
    void aModelOfLearnedWidthsDrawsByThemWhereItsPlanSaysSo() {
        List<List<Raster>> drawn = new ArrayList<>();
        for (FlowPlan.Variance taken : FlowPlan.Variance.values()) {
            try (PictureModel opened = opened(FlowShape.Variance.LEARNED, taken)) {
                assertThat(opened.plan()).isEqualTo(ancestral(taken));
                drawn.add(drawn(opened));
            }
        }
        assertThat(drawn).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void widthsThatWereNotLearnedAreRefusedAtTheDoor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> opened(FlowShape.Variance.CHOSEN, FlowPlan.Variance.LEARNED))
                .withMessageContaining("it learned no widths; take variance smallest or largest");
        opened(FlowShape.Variance.CHOSEN, FlowPlan.Variance.LARGEST).close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> flow(FlowPlan.Way.LATE, Optional.of(FlowPlan.Variance.LEARNED)))
                .withMessageContaining("variance is LEARNED; only solver ancestral has one");
    }

    @Test
    void wordsThatDoNotBelongToTheOrderAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MannerPlan.of(Kind.RASTER).choosing(2))
                .withMessageContaining("reveals and choice are of masks of codes; order is RASTER");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MannerPlan.of(Kind.MASKS).revealing(40).of(CODE))
                .withMessageContaining("12 cells are drawn in 40 steps");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                MannerPlan.of(Kind.MASKS)
                                        .choosing(2)
                                        .of(
                                                new PatchLatent(
                                                        new PatchBasis(
                                                                1,
                                                                1,
                                                                new float[1],
                                                                new float[][] {{1}},
                                                                1),
                                                        3,
                                                        3)))
                .withMessageContaining("say how (manner.flow)");
    }
}
