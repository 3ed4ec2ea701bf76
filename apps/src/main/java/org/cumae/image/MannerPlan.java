package org.cumae.image;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.picture.Cells;
import org.cumae.picture.Manner;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PictureCode;
import org.cumae.picture.PyramidCode;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.Scales;

import java.util.Optional;

/// How pictures are drawn.
///
/// @param order raster, rings or scales
/// @param mixture of rings: which neighbours say a cell; both
/// @param past of scales: which coarser ones are seen; all
/// @param window of scales: the side of the window in a row's own scale; 0 for all of it
/// @param windowFrom of scales: from which side on there is a window; 0
public record MannerPlan(
        @JsonProperty(required = true) Kind order,
        Optional<Cells.Mixture> mixture,
        Optional<ScaleSight.Past> past,
        Optional<Integer> window,
        Optional<Integer> windowFrom) {
    /// Orders of drawing.
    public enum Kind {
        /// Row by row.
        RASTER,
        /// Ring after ring around a corner.
        RINGS,
        /// Scale after scale.
        SCALES
    }

    /// Checks that the keys belong to the order.
    public MannerPlan {
        Check.argument(
                order == Kind.RINGS || mixture.isEmpty(),
                "mixture is %s; only rings mix neighbours",
                mixture.map(String::valueOf).orElse(""));
        Check.argument(
                order == Kind.SCALES
                        || (past.isEmpty() && window.isEmpty() && windowFrom.isEmpty()),
                "past and window are of scales; order %s has none",
                order);
    }

    /// An order and nothing special.
    public static MannerPlan of(Kind order) {
        return new MannerPlan(
                order, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The manner of a code.
    ///
    /// @throws IllegalArgumentException if the code is of another kind
    public Manner of(PictureCode code) {
        return switch (code) {
            case PatchCode patches -> cells(patches);
            case PyramidCode pyramid -> scales(pyramid);
        };
    }

    private Manner cells(PatchCode code) {
        return switch (order) {
            case RASTER -> Cells.raster(code);
            case RINGS -> Cells.rings(code, mixture.orElse(Cells.Mixture.BOTH));
            case SCALES ->
                    throw new IllegalArgumentException(
                            "patches have no scales; take order raster or rings, or unit pyramid");
        };
    }

    private Manner scales(PyramidCode code) {
        Check.argument(
                order == Kind.SCALES,
                "a pyramid is drawn scale by scale; order is %s; take scales, or unit patches",
                order);
        return new Scales(
                code,
                new ScaleSight(
                        past.orElse(ScaleSight.Past.ALL), window.orElse(0), windowFrom.orElse(0)));
    }
}
