package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.image.CodePlan;
import org.cumae.image.FlowPlan;
import org.cumae.image.MannerPlan;
import org.cumae.net.FlowShape;
import org.cumae.net.Mixing;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
import org.cumae.picture.GridCode;
import org.cumae.picture.Latent;
import org.cumae.picture.Line;
import org.cumae.picture.Manner;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.Scales;
import org.cumae.train.Batches;
import org.cumae.train.picture.Coded;
import org.cumae.train.picture.Turns;
import org.cumae.weights.TensorType;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A model that draws pictures of classes.
///
/// @param name what the model will be called
/// @param about what it is, in a sentence
/// @param data what it learns from: an IDX file whose labels lie beside it, or a ZIP archive with a
///   folder for each class
/// @param unit what pictures are made of
/// @param manner how pictures are drawn
/// @param model its shape
/// @param training how it learns
/// @param dropped the share of pictures shown without their class; a tenth
/// @param most how many pictures of the file are read at most; 60,000
/// @param turns of scales that do not see each other: how many steps in a row learn the coarse ones
///   together, and then how many each of the finest by itself (MVAR's 8, 1, 1); all in each step
public record PictureRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) TextRecipe.Data data,
        @JsonProperty(required = true) CodePlan unit,
        @JsonProperty(required = true) MannerPlan manner,
        @JsonProperty(required = true) Model model,
        @JsonProperty(required = true) TrainingPlan training,
        Optional<Double> dropped,
        Optional<Integer> most,
        Optional<List<Integer>> turns)
        implements Recipe {
    private static final int MOST = 60_000;
    private static final double BASE = 10_000; // of rotary positions

    /// The shape of a model.
    ///
    /// @param layers how many blocks; further heads have one more each
    /// @param width channels of the residual stream
    /// @param heads heads of attention
    /// @param inner channels inside the feed-forward part
    /// @param flow how many blocks real vectors go through by themselves, where order scales or
    ///   masks draws them; 3
    /// @param reach which of them know each other there: together or alone; together
    /// @param told how they are told what the model's blocks make: each by its own row, or all by
    ///   their mean; each
    /// @param encoder how many of the layers see known patches only, where order masks or pivots
    ///   draw them (MAR's encoder); 0
    /// @param variance whether the model learns how wide noise is on the way of real vectors, as
    ///   MAR's does, or that is chosen when they are drawn: learned or chosen; chosen
    /// @param stored how the weights are saved: f32, f16 or bf16; f32
    public record Model(
            int layers,
            int width,
            int heads,
            int inner,
            Optional<Integer> flow,
            Optional<FlowShape.Reach> reach,
            Optional<FlowShape.Told> told,
            Optional<Integer> encoder,
            Optional<FlowShape.Variance> variance,
            Optional<TensorType> stored) {
        private static final int FLOW = 3;

        FlowShape shape(boolean timed, int phases) {
            return new FlowShape(
                    flow.orElse(FLOW),
                    reach.orElse(FlowShape.Reach.TOGETHER),
                    told.orElse(FlowShape.Told.EACH),
                    timed,
                    phases,
                    encoder.orElse(0),
                    noise());
        }

        FlowShape.Variance noise() {
            return variance.orElse(FlowShape.Variance.CHOSEN);
        }
    }

    /// How many pictures of the file are read at most.
    public int limit() {
        return most.orElse(MOST);
    }

    @Override
    public void check() {
        training.check();
        Check.argument(
                turns.isEmpty()
                        || (manner.order() == MannerPlan.Kind.SCALES
                                && manner.flow().isEmpty()
                                && manner.past().equals(Optional.of(ScaleSight.Past.NONE))),
                "turns are %s; only scales of codes that do not see each other (manner.past none) are"
                        + " learned in turns",
                turns.orElse(List.of()));
        Check.argument(
                model.width > 0
                        && model.heads > 0
                        && model.layers > 0
                        && model.inner > 0
                        && model.width % (4 * model.heads) == 0,
                "a model of %d layers, width %d, %d heads and inner %d; the width must be a multiple of"
                        + " 4 times the heads, and all 1 or more",
                model.layers,
                model.width,
                model.heads,
                model.inner);
        Check.argument(
                model.noise() == FlowShape.Variance.LEARNED
                        || manner.flow()
                                .flatMap(FlowPlan::variance)
                                .filter(FlowPlan.Variance.LEARNED::equals)
                                .isEmpty(),
                "manner.flow.variance is learned, and this model learns no widths of noise; add"
                        + " model.variance: learned, or take smallest or largest");
    }

    /// The batches that a manner learns from.
    ///
    /// @param whole pictures
    /// @throws IllegalArgumentException if it cannot take the recipe's turns
    Batches<List<Coded>> taking(CodeManner drawing, Batches<List<Coded>> whole) {
        return turns.map(times -> Turns.of((Scales) drawing, times).of(whole)).orElse(whole);
    }

    /// As the net wants it.
    TransformerConfig config(Manner drawing, int classes) {
        Check.argument(
                model.encoder.orElse(0) == 0
                        || drawing instanceof FlowMasks
                        || drawing instanceof FlowPivots,
                "model.encoder is %d, and this manner hides nothing that an encoder could leave out;"
                        + " take it away, or draw by masks of real vectors",
                model.encoder.orElse(0));
        Check.argument(
                model.noise() == FlowShape.Variance.CHOSEN || drawing instanceof FlowManner,
                "model.variance is learned, and this manner draws codes, which come out of no noise;"
                        + " take it away, or draw real vectors (unit latent or kl)");
        int ids = drawing.firstCondition() + classes + 1;
        return switch (drawing) {
            case Cells cells ->
                    drawing(
                            drawing,
                            ids,
                            grid(cells.code()),
                            new PictureShape(cells.code().width(), false, cells.directions()));
            case CodeMasks masks ->
                    drawing(
                            drawing,
                            ids,
                            grid(masks.code()),
                            new PictureShape(masks.width(), false, 1));
            case Scales scales ->
                    drawing(
                            drawing,
                            ids,
                            new Positions.Learned(),
                            new PictureShape(scales.code().width(), true, 1));
            case Line line -> writing(line, ids);
            case FlowScales scales ->
                    flowing(scales, ids, pyramid(scales.sides()), model.shape(false, 1));
            case FlowMasks masks -> flowing(masks, ids, grid(masks.latent()), model.shape(true, 1));
            case FlowPivots pivots ->
                    flowing(
                            pivots,
                            ids,
                            pyramid(pivots.sides()),
                            model.shape(true, pivots.sides().size()));
            case FlowCells cells ->
                    flowing(
                            cells,
                            ids,
                            grid(cells.latent()),
                            FlowShape.OF_ROWS.withVariance(model.noise()));
        };
    }

    private TransformerConfig drawing(
            Manner drawing, int ids, Positions positions, PictureShape shape) {
        return TransformerConfig.picture(
                name,
                ids,
                model.layers,
                model.width,
                model.heads,
                model.inner,
                drawing.mostRows(),
                positions,
                shape);
    }

    private TransformerConfig flowing(
            FlowManner drawing, int ids, Positions positions, FlowShape flow) {
        return drawing(
                drawing,
                ids,
                positions,
                new PictureShape(drawing.latent().width(), true, 1, Optional.of(flow)));
    }

    /// A model of texts.
    private TransformerConfig writing(Line line, int ids) {
        return new TransformerConfig(
                name,
                "llama",
                ids,
                model.width,
                model.heads,
                model.heads,
                model.width / model.heads,
                model.inner,
                line.mostRows(),
                Mixing.attention(model.layers),
                NormKind.RMS,
                1e-5,
                new Positions.Rotary(BASE, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                Activation.SWIGLU,
                Set.of(),
                false,
                false);
    }

    private static Positions pyramid(List<Integer> sides) {
        return new Positions.Pyramid(sides, BASE);
    }

    private static Positions grid(GridCode code) {
        return new Positions.Grid(code.down(), code.across(), BASE);
    }

    private static Positions grid(Latent latent) {
        return new Positions.Grid(latent.down(), latent.across(), BASE);
    }
}
