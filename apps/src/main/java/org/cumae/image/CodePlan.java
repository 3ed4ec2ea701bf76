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
import org.cumae.train.Journal;
import org.cumae.train.picture.CodeTraining;
import org.cumae.unit.patch.PatchTraining;
import org.cumae.unit.picture.BottleneckShape;
import org.cumae.unit.picture.LearnedCode;
import org.cumae.unit.picture.LearnedLatent;
import org.cumae.unit.picture.LearnedPyramid;
import org.cumae.unit.picture.PyramidShape;
import org.cumae.unit.picture.PyramidTraining;

import java.util.List;
import java.util.Optional;

/// What pictures are to be made of, and what that is learned as.
///
/// @param kind patches, scales of a pyramid, real vectors, real vectors of networks (kl), or
///   learned codes of a grid, of scales or of a line
/// @param patch the side of a patch, in pixels
/// @param codes how many there are; of real vectors and bits none
/// @param width how many axes vectors have; as many as a patch has numbers, and 8 where networks
///   learn them
/// @param sides of the scales of a pyramid, ascending to the grid of patches
/// @param law what each scale tells; what those before it owe
/// @param bits of learned bits, how many a cell has
/// @param parts into how many codes a cell's bits are cut; 1
/// @param base channels of the networks of learned codes of a grid or of scales at full size, 16;
///   of blocks for those of a line, 96
/// @param steps in how many steps codes are learned by networks; 1,500
/// @param line of kind diffusion: how many codes, and when they are told
public record CodePlan(
        @JsonProperty(required = true) Kind kind,
        int patch,
        Optional<Integer> codes,
        Optional<Integer> width,
        Optional<List<Integer>> sides,
        Optional<Bands.Law> law,
        Optional<Integer> bits,
        Optional<Integer> parts,
        Optional<Integer> base,
        Optional<Integer> steps,
        Optional<LinePlan> line) {
    private static final int WIDTH = 8; // of vectors that networks learn
    private static final int BASE = 16;
    private static final int BLOCKS = 96; // channels
    private static final int STEPS = 1500;
    private static final int BATCH = 32;
    private static final long SEED = 1;
    private static final double RATE = 2e-3;
    private static final double BLOCKS_RATE = 1e-3;
    private static final PatchTraining PATCHES = new PatchTraining(20, 30_000, 1);

    /// Kinds of codes.
    public enum Kind {
        /// One code for each patch.
        PATCHES,
        /// Codes scale by scale.
        PYRAMID,
        /// A real vector for each patch.
        LATENT,
        /// A real vector for each cell, by networks.
        KL,
        /// A code for each cell, by networks: the nearest vector of a book.
        BOOK,
        /// Bits for each cell, by networks.
        BITS,
        /// Codes scale by scale, by networks.
        SCALES,
        /// Codes in a line that pictures are told on their way out of noise.
        DIFFUSION;

        /// Whether networks read and write.
        boolean learned() {
            return switch (this) {
                case PATCHES, PYRAMID, LATENT -> false;
                case KL, BOOK, BITS, SCALES, DIFFUSION -> true;
            };
        }

        /// Whether there are codes, as many as one says.
        public boolean counted() {
            return switch (this) {
                case LATENT, KL, BITS -> false;
                case PATCHES, PYRAMID, BOOK, SCALES, DIFFUSION -> true;
            };
        }
    }

    /// Checks the numbers.
    public CodePlan {
        Check.argument(patch > 0, "a patch has side %d; it must be 1 or more", patch);
        Check.argument(
                kind.counted() ? codes.orElse(0) > 1 : codes.isEmpty(),
                "there are %d codes; real vectors and bits have none, and others need 2 or more",
                codes.orElse(0));
        Check.argument(
                kind == Kind.PYRAMID || kind == Kind.SCALES || sides.isEmpty(),
                "only a pyramid has sides; leave them out, or take kind pyramid or scales");
        Check.argument(
                kind == Kind.PYRAMID || law.isEmpty(),
                "law is %s; only a pyramid that is not learned by networks has one: leave it out, or"
                        + " take kind pyramid",
                law.map(String::valueOf).orElse(""));
        Check.argument(
                kind != Kind.PATCHES || width.isEmpty(),
                "codes of patches have no width; leave it out, or take kind pyramid or latent");
        Check.argument(
                (kind != Kind.PYRAMID && kind != Kind.SCALES) || sides.isPresent(),
                "a pyramid needs sides, such as [1, 2, 3, 5, 7]");
        Check.argument(
                kind == Kind.BITS ? bits.isPresent() : bits.isEmpty() && parts.isEmpty(),
                "kind %s comes with %s bits in %s parts; bits need a number, and others have none",
                kind,
                bits.map(String::valueOf).orElse("no"),
                parts.map(String::valueOf).orElse("no"));
        Check.argument(
                kind.learned() || (base.isEmpty() && steps.isEmpty()),
                "base and steps are of kinds kl, book, bits, scales and diffusion; kind %s is learned"
                        + " without networks",
                kind);
        Check.argument(
                (kind == Kind.DIFFUSION) == line.isPresent(),
                "kind diffusion needs a line, such as {length: 32, groups: 8}, and others have none;"
                        + " kind is %s",
                kind);
    }

    /// Learns them.
    ///
    /// @param pictures of one size, whose sides are multiples of the patch's
    /// @param journal hears how networks learn
    public PictureUnit learn(List<Raster> pictures, Journal journal) {
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
            case BOOK ->
                    taught(
                            new BottleneckShape.Book(codes.orElseThrow(), width.orElse(WIDTH)),
                            pictures,
                            journal);
            case BITS ->
                    taught(
                            new BottleneckShape.Binary(bits.orElseThrow(), parts.orElse(1)),
                            pictures,
                            journal);
            case SCALES ->
                    training(RATE)
                            .teach(
                                    LearnedPyramid.fresh(
                                            first,
                                            patch,
                                            base.orElse(BASE),
                                            new PyramidShape(
                                                    sides.orElseThrow(),
                                                    codes.orElseThrow(),
                                                    width.orElse(WIDTH)),
                                            SEED),
                                    pictures,
                                    journal);
            case KL ->
                    training(RATE)
                            .teach(
                                    LearnedLatent.fresh(
                                            first,
                                            patch,
                                            base.orElse(BASE),
                                            width.orElse(WIDTH),
                                            SEED),
                                    pictures,
                                    journal);
            case DIFFUSION ->
                    training(BLOCKS_RATE)
                            .teach(
                                    line.orElseThrow()
                                            .fresh(
                                                    first,
                                                    patch,
                                                    base.orElse(BLOCKS),
                                                    codes.orElseThrow(),
                                                    width.orElse(WIDTH),
                                                    SEED),
                                    pictures,
                                    journal);
            case LATENT ->
                    new PatchLatent(
                            PyramidTraining.DEFAULT.basis(axes, patch, pictures), rows, columns);
        };
    }

    private PictureUnit taught(BottleneckShape pinch, List<Raster> pictures, Journal journal) {
        LearnedCode code =
                LearnedCode.fresh(pictures.getFirst(), patch, base.orElse(BASE), pinch, SEED);
        return training(RATE).teach(code, pictures, journal);
    }

    private CodeTraining training(double rate) {
        return new CodeTraining(steps.orElse(STEPS), BATCH, rate, SEED);
    }
}
