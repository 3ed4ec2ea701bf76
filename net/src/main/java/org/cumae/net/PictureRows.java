package org.cumae.net;

import org.cumae.Check;
import org.cumae.picture.Lesson;

/// Rows of whole pictures, all of one lesson: a condition's id, then ids or vectors.
///
/// Arrays are taken over, not copied.
///
/// @param lesson where rows stand, whom they see, and what is asked of them
/// @param conditions the id of each picture's, `[pictures]`
/// @param ids of the rows behind it, `[pictures * (rows - 1)]`; none where they are vectors
/// @param vectors of the rows behind it, `[pictures * (rows - 1) * vector]`; none where they are
///   ids
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
public record PictureRows(Lesson lesson, int[] conditions, int[] ids, float[] vectors) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public PictureRows {
        int rows = conditions.length * (lesson.rows() - 1);
        Check.argument(
                conditions.length > 0
                        && (vectors.length == 0 ? ids.length == rows : ids.length == 0)
                        && (rows == 0 || vectors.length % rows == 0),
                "%d pictures of %d rows come with %d ids and %d numbers of vectors",
                conditions.length,
                lesson.rows(),
                ids.length,
                vectors.length);
    }
}
