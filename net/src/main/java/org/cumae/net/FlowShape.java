package org.cumae.net;

import org.cumae.Check;

/// How a model of pictures says which way real vectors go on their way out of noise, see
/// [org.cumae.flow].
///
/// Without layers of their own they are rows of the blocks like any others, which know their time
/// by what modulates them (xAR, arXiv 2502.20388). With some, what the blocks make of a row tells
/// those layers of a value (FlowAR, arXiv 2412.15205).
///
/// @param layers how many blocks values go through by themselves; 0 or more
/// @param reach which values know each other there
/// @param told how a value is told what the blocks made
/// @param timed whether rows of the model's blocks know their time as well, as they must where some
///   of them are not known (MAR, arXiv 2406.11838)
/// @param phases on how many grids rows stand that blocks tell from each other, where what they
///   made of one row is another row (Hi-MAR, arXiv 2505.20288); 1 where nothing is
/// @param encoder how many of the model's blocks see known rows only, those of which nothing is
///   known coming in behind them (MAR); 0 where all rows go through all blocks
/// @param variance whether it says how wide the noise of a diffusion's steps back is (MAR)
public record FlowShape(
        int layers,
        Reach reach,
        Told told,
        boolean timed,
        int phases,
        int encoder,
        Variance variance) {
    /// Rows of the blocks themselves.
    public static final FlowShape OF_ROWS = new FlowShape(0, Reach.TOGETHER, Told.EACH, true, 1);

    /// Which values know each other.
    public enum Reach {
        /// All that come out of noise together.
        TOGETHER,
        /// None: each is drawn for itself.
        ALONE
    }

    /// How a value is told what the blocks made.
    public enum Told {
        /// Each by its own row: what the paper calls spatial adaptive norms.
        EACH,
        /// All by the mean of their rows.
        MEAN
    }

    /// Who says how wide the noise of a step back is.
    public enum Variance {
        /// Whoever draws: the model says velocities only.
        CHOSEN,
        /// The model, of each number beside its velocity.
        LEARNED
    }

    /// Checks the count.
    ///
    /// @throws IllegalArgumentException if it is negative
    public FlowShape {
        Check.argument(layers >= 0, "values have %d blocks; take 0 or more", layers);
        Check.argument(layers > 0 || timed, "rows that are on their way must know their time");
        Check.argument(
                phases > 0 && (phases == 1 || (layers > 0 && timed)),
                "rows stand on %d grids; take 1, or more where values have blocks by themselves and"
                        + " rows know their time",
                phases);
        Check.argument(
                encoder == 0 || (encoder > 0 && layers > 0 && timed),
                "an encoder has %d blocks; take 0, or more where values have blocks by themselves"
                        + " and rows know whether they are known",
                encoder);
    }

    /// With noise that is as wide as is chosen.
    public FlowShape(int layers, Reach reach, Told told, boolean timed, int phases, int encoder) {
        this(layers, reach, told, timed, phases, encoder, Variance.CHOSEN);
    }

    /// Whose rows all go through all blocks.
    public FlowShape(int layers, Reach reach, Told told, boolean timed, int phases) {
        this(layers, reach, told, timed, phases, 0);
    }

    /// Whose rows are all known.
    public FlowShape(int layers, Reach reach, Told told) {
        this(layers, reach, told, layers == 0, 1);
    }

    /// The same with another variance.
    public FlowShape withVariance(Variance other) {
        return new FlowShape(layers, reach, told, timed, phases, encoder, other);
    }

    /// Whether it says how wide noise is.
    public boolean learnsVariance() {
        return variance == Variance.LEARNED;
    }
}
