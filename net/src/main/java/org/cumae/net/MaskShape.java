package org.cumae.net;

import org.cumae.Check;
import org.cumae.weights.Metadata;
import org.cumae.weights.WeightFileException;

import java.nio.file.Path;
import java.util.Map;

/// How many masks a model is taught, and how large what it learns for them is.
///
/// @param masks how many tokens it foresees beyond the next one
/// @param rank of what is added to each linear layer
/// @param alpha how strongly it is added: `alpha / rank`
public record MaskShape(int masks, int rank, double alpha) {
    private static final int MOST_MASKS = 64;

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public MaskShape {
        Check.argument(
                masks > 0 && masks <= MOST_MASKS,
                "masks is %d; it must be from 1 to %d",
                masks,
                MOST_MASKS);
        Check.argument(rank > 0, "rank is %d; it must be 1 or more", rank);
        Check.argument(
                alpha > 0 && Double.isFinite(alpha), "alpha is %s; it must be above 0", alpha);
    }

    /// As a file of masks says.
    static MaskShape of(Path file, Metadata metadata) {
        try {
            return new MaskShape(
                    Integer.parseInt(metadata.requireText("masks")),
                    Integer.parseInt(metadata.requireText("rank")),
                    Double.parseDouble(metadata.requireText("alpha")));
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(
                    file, "does not say how its masks were learned: %s", e.getMessage());
        }
    }

    /// As a file of masks says it.
    Map<String, String> metadata() {
        return Map.of(
                "format",
                "pt",
                "masks",
                Integer.toString(masks),
                "rank",
                Integer.toString(rank),
                "alpha",
                Double.toString(alpha));
    }
}
