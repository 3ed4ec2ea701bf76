package org.cumae.serve;

import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.flow.GroupTimes;
import org.cumae.image.FlowPlan;
import org.cumae.image.MannerPlan;
import org.cumae.image.PictureModel;
import org.cumae.net.Backbone;
import org.cumae.net.DiffusionShape;
import org.cumae.net.FlowShape;
import org.cumae.net.Mixing;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.FlowCells;
import org.cumae.picture.Line;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchLatent;
import org.cumae.psi.Book;
import org.cumae.unit.picture.DiffusionCode;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A model that draws by chance: four greys on a grid of four by four, of two classes.
final class Painting {
    private static final int CODES = 4;

    private Painting() {}

    static PictureModel model(MannerPlan.Kind order) {
        PatchCode code =
                new PatchCode(
                        Book.of(
                                new TokenType("patch", 4, 4, List.of(Span.of(0, CODES))),
                                new float[] {0},
                                new float[] {0.3f},
                                new float[] {0.6f},
                                new float[] {1}));
        MannerPlan plan = MannerPlan.of(order);
        CodeManner manner = (CodeManner) plan.of(code);
        TransformerConfig config =
                TransformerConfig.picture(
                        "painting",
                        manner.firstCondition() + 3,
                        1,
                        16,
                        2,
                        16,
                        manner.mostRows(),
                        new Positions.Grid(4, 4, 100),
                        new PictureShape(
                                0, false, manner instanceof Cells cells ? cells.directions() : 1));
        return new PictureModel(
                "painting-" + order.name().toLowerCase(Locale.ROOT),
                plan,
                manner,
                List.of("cat", "dog"),
                new Transformer(Backbone.fresh(config, 1)));
    }

    /// A model that draws four patches of two by two pixels, one after the other, out of noise.
    static PictureModel values() {
        float[][] axes = {{0.5f, 0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f, -0.5f}};
        PatchLatent latent = new PatchLatent(new PatchBasis(2, 1, new float[4], axes, 1), 2, 2);
        MannerPlan plan =
                new MannerPlan(
                        MannerPlan.Kind.SQUARES,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new FlowPlan(
                                        Optional.empty(),
                                        Optional.of(1),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(4),
                                        Optional.empty())),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        FlowCells manner = (FlowCells) plan.of(latent);
        TransformerConfig config =
                TransformerConfig.picture(
                        "values",
                        3,
                        1,
                        16,
                        2,
                        16,
                        manner.mostRows(),
                        new Positions.Grid(2, 2, 100),
                        new PictureShape(2, true, 1, Optional.of(FlowShape.OF_ROWS)));
        return new PictureModel(
                "painting-values",
                plan,
                manner,
                List.of("cat", "dog"),
                new Transformer(Backbone.fresh(config, 1)));
    }

    /// A model that writes eight codes in a line, of which a picture emerges in four groups.
    static PictureModel line() {
        DiffusionCode code =
                DiffusionCode.fresh(
                        DiffusionShape.of(1, 4, 4, 2, 2, 16, 2, 8, 3), CODES, GroupTimes.of(4), 1);
        MannerPlan plan = MannerPlan.of(MannerPlan.Kind.LINE);
        Line manner = (Line) plan.of(code);
        TransformerConfig config =
                new TransformerConfig(
                        "line",
                        "llama",
                        CODES + 3,
                        16,
                        2,
                        2,
                        8,
                        16,
                        manner.mostRows(),
                        Mixing.attention(1),
                        NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                100, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        Activation.SWIGLU,
                        Set.of(),
                        false,
                        false);
        return new PictureModel(
                "painting-written",
                plan,
                manner,
                List.of("cat", "dog"),
                new Transformer(Backbone.fresh(config, 1)));
    }
}
