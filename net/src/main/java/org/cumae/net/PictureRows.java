package org.cumae.net;

import org.cumae.Check;
import org.cumae.picture.Lesson;

/// Rows of pictures, all of one lesson: a condition's id, then what was made of rows before, then
/// ids or vectors.
///
/// Arrays are taken over, not copied.
///
/// @param lesson where rows stand, whom they see, and what is asked of them
/// @param lead how many rows are the condition's; none where a lesson is a part of pictures that
///   does not begin them
/// @param conditions the id of each picture's, `[pictures]`
/// @param made hidden states that the model's blocks made of rows before, `[pictures * made *
///   width]`, each one a row behind the lead; or none
/// @param ids of the rows behind those, `[pictures * (rows - lead - made)]`; none where they are
///   vectors
/// @param vectors of the rows behind those, `[pictures * (rows - lead - made) * vector]`; none
///   where they are ids
/// @param times of all rows behind the lead, `[pictures * (rows - lead)]`, where they are on their
///   way out of noise; else none
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
public record PictureRows(
        Lesson lesson,
        int lead,
        int[] conditions,
        float[] made,
        int[] ids,
        float[] vectors,
        float[] times) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public PictureRows {
        int rows = conditions.length * (lesson.rows() - lead);
        boolean some = made.length > 0;
        Check.argument(
                conditions.length > 0
                        && lead >= 0
                        && (vectors.length == 0 ? some || ids.length == rows : ids.length == 0)
                        && (some || rows == 0 || vectors.length % rows == 0)
                        && (times.length == 0 || times.length == rows),
                "%d pictures of %d rows, %d of them the condition's, come with %d numbers that were"
                        + " made of rows, %d ids, %d numbers of vectors and %d times",
                conditions.length,
                lesson.rows(),
                lead,
                made.length,
                ids.length,
                vectors.length,
                times.length);
    }

    /// Rows behind the condition's that are ids or vectors.
    public PictureRows(
            Lesson lesson, int lead, int[] conditions, int[] ids, float[] vectors, float[] times) {
        this(lesson, lead, conditions, new float[0], ids, vectors, times);
    }

    /// Rows of codes, the first of which is the condition's.
    public PictureRows(Lesson lesson, int[] conditions, int[] ids, float[] vectors) {
        this(lesson, 1, conditions, ids, vectors, new float[0]);
    }
}
