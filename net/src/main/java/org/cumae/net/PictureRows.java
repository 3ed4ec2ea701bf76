package org.cumae.net;

import org.cumae.Check;
import org.cumae.picture.Lesson;

/// Rows of whole pictures, all of one lesson: a condition's id, then ids or vectors.
///
/// Arrays are taken over, not copied.
///
/// @param lesson where rows stand, whom they see, and what is asked of them
/// @param lead how many rows are the condition's
/// @param conditions the id of each picture's, `[pictures]`
/// @param ids of the rows behind it, `[pictures * (rows - lead)]`; none where they are vectors
/// @param vectors of the rows behind it, `[pictures * (rows - lead) * vector]`; none where they are
///   ids
/// @param times of the rows behind it, `[pictures * (rows - lead)]`, where they are on their way
///   out of noise; else none
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
public record PictureRows(
        Lesson lesson, int lead, int[] conditions, int[] ids, float[] vectors, float[] times) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public PictureRows {
        int rows = conditions.length * (lesson.rows() - lead);
        Check.argument(
                conditions.length > 0
                        && lead > 0
                        && (vectors.length == 0 ? ids.length == rows : ids.length == 0)
                        && (rows == 0 || vectors.length % rows == 0)
                        && (times.length == 0 || times.length == rows),
                "%d pictures of %d rows, %d of them the condition's, come with %d ids, %d numbers of"
                        + " vectors and %d times",
                conditions.length,
                lesson.rows(),
                lead,
                ids.length,
                vectors.length,
                times.length);
    }

    /// Rows of codes, the first of which is the condition's.
    public PictureRows(Lesson lesson, int[] conditions, int[] ids, float[] vectors) {
        this(lesson, 1, conditions, ids, vectors, new float[0]);
    }
}
