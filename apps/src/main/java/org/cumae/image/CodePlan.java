package org.cumae.image;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchLatent;
import org.cumae.picture.PictureUnit;
import org.cumae.psi.Raster;
import org.cumae.unit.patch.PatchTraining;
import org.cumae.unit.picture.PyramidTraining;

import java.util.List;
import java.util.Optional;

/// What pictures are to be made of, and what that is learned as.
///
/// @param kind patches, scales of a pyramid, or real vectors
/// @param patch the side of a patch, in pixels
/// @param codes how many there are; of real vectors none
/// @param width how many axes vectors have; as many as a patch has numbers
/// @param sides of the scales of a pyramid, ascending to the grid of patches
/// @param law what each scale tells; what those before it owe
public record CodePlan(
        @JsonProperty(required = true) Kind kind,
        int patch,
        Optional<Integer> codes,
        Optional<Integer> width,
        Optional<List<Integer>> sides,
        Optional<Bands.Law> law) {
    private static final PatchTraining PATCHES = new PatchTraining(20, 30_000, 1);

    /// Kinds of codes.
    public enum Kind {
        /// One code for each patch.
        PATCHES,
        /// Codes scale by scale.
        PYRAMID,
        /// A real vector for each patch.
        LATENT
    }

    /// Checks the numbers.
    public CodePlan {
        Check.argument(patch > 0, "a patch has side %d; it must be 1 or more", patch);
        Check.argument(
                kind == Kind.LATENT ? codes.isEmpty() : codes.orElse(0) > 1,
                "there are %d codes; real vectors have none, and others need 2 or more",
                codes.orElse(0));
        Check.argument(
                kind == Kind.PYRAMID || (sides.isEmpty() && law.isEmpty()),
                "only a pyramid has sides and a law; leave them out, or take kind pyramid");
        Check.argument(
                kind != Kind.PATCHES || width.isEmpty(),
                "codes of patches have no width; leave it out, or take kind pyramid or latent");
        Check.argument(
                kind != Kind.PYRAMID || sides.isPresent(),
                "a pyramid needs sides, such as [1, 2, 3, 5, 7]");
    }

    /// Learns them.
    ///
    /// @param pictures of one size, whose sides are multiples of the patch's
    public PictureUnit learn(List<Raster> pictures) {
        Raster first = pictures.getFirst();
        Check.argument(
                first.rows() % patch == 0 && first.columns() % patch == 0,
                "%s cannot be cut into patches of side %d; crop it",
                first,
                patch);
        int rows = first.rows() / patch;
        int columns = first.columns() / patch;
        int axes = width.orElse(patch * patch * first.channels());
        return switch (kind) {
            case PATCHES ->
                    new PatchCode(
                            PATCHES.learn(
                                    new TokenType(
                                            "patch",
                                            rows,
                                            columns,
                                            List.of(Span.of(0, codes.orElseThrow()))),
                                    patch,
                                    pictures));
            case PYRAMID -> {
                List<Integer> scales = sides.orElseThrow();
                Check.argument(
                        rows == columns && scales.getLast() == rows,
                        "the last side of a pyramid is the grid of patches, %d x %d; sides are %s",
                        rows,
                        columns,
                        scales);
                yield PyramidTraining.DEFAULT.learn(
                        law.orElse(Bands.Law.RESIDUAL),
                        scales,
                        codes.orElseThrow(),
                        axes,
                        patch,
                        pictures);
            }
            case LATENT ->
                    new PatchLatent(
                            PyramidTraining.DEFAULT.basis(axes, patch, pictures), rows, columns);
        };
    }
}
