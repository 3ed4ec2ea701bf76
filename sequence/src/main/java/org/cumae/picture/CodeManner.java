package org.cumae.picture;

import org.cumae.canvas.Span;
import org.cumae.model.Query;

import java.util.List;
import java.util.Optional;

/// How a model draws pictures of a code: in which steps, each of which is one pass, what it is fed
/// in each, and which of its heads say which codes.
public sealed interface CodeManner extends Manner permits Cells, Scales, Line, CodeMasks {
    /// What is drawn.
    PictureCode code();

    @Override
    default PictureCode unit() {
        return code();
    }

    @Override
    default int firstCondition() {
        return code().vocabulary();
    }

    /// The codes that a step draws, in the order of its query's wants.
    ///
    /// @param codes `[length]`, what is known before it; manners whose order is given look at the
    ///   step alone
    List<Integer> drawn(int step, int... codes);

    /// What is fed in a pass of its own before the first step, where anything is.
    ///
    /// @param condition the id of the condition
    default Optional<Query> opening(int condition) {
        return Optional.empty();
    }

    /// What a step feeds and asks.
    ///
    /// @param condition the id of the condition, fed in step 0 where nothing opened
    /// @param codes `[length]`, those of steps before are known
    /// @param cached how many rows the context holds
    Query query(int step, int condition, int[] codes, int cached);

    /// The codes that a place of a picture may have.
    Span span(int place);

    /// Whether what steps feed may be fed with a later step's, so that steps whose codes are given
    /// need no pass.
    default boolean catchesUp() {
        return false;
    }

    /// How many rows the context is to hold behind a step.
    ///
    /// @param cached how many it holds now
    int kept(int cached);

    /// How a whole picture is fed at once.
    Lesson lesson();

    /// Where the rows of a lesson stand in the picture: those that hold conditions nowhere.
    List<Optional<Spot>> spots();

    /// The rows of a lesson behind its first that are ids.
    ///
    /// @param codes `[length]`; [PictureCode#UNKNOWN] for masks, which few manners have
    int[] ids(int... codes);

    /// The rows of a lesson behind its first that are vectors.
    ///
    /// @param codes `[length]`; [PictureCode#UNKNOWN] for masks, which few manners have
    float[][] vectors(int... codes);
}
