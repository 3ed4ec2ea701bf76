package org.cumae.net;

import org.cumae.Check;

import java.util.Optional;

/// What a model of pictures has beyond what a model of text has.
///
/// The first row of its contexts is the id of a condition, such as a class.
///
/// @param vector how many numbers the vectors have that rows may be fed as; 0 where all rows are
///   ids
/// @param modulated whether the condition shifts and scales what every block reads, and scales what
///   it adds, as well as being a row (AdaLN, arXiv 2212.09748)
/// @param directions how many heads there are, each of which looks in a direction of its own: the
///   first on what the blocks make, every other one behind one more block (NAR, arXiv 2503.10696)
/// @param flow how it says which way vectors go on their way out of noise, where it does
public record PictureShape(
        int vector, boolean modulated, int directions, Optional<FlowShape> flow) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming the size and the limit
    public PictureShape {
        Check.argument(vector >= 0, "vectors have %d numbers; it must be 0 or more", vector);
        Check.argument(
                directions > 0, "%d heads look in directions; it must be 1 or more", directions);
        Check.argument(
                flow.isEmpty() || (vector > 0 && modulated),
                "vectors of %d numbers come out of noise in blocks that are %s; there must be some"
                        + " numbers, and times modulate blocks",
                vector,
                modulated ? "modulated" : "not modulated");
    }

    /// Of a model that draws codes.
    public PictureShape(int vector, boolean modulated, int directions) {
        this(vector, modulated, directions, Optional.empty());
    }
}
