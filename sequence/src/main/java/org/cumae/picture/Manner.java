package org.cumae.picture;

/// How a model draws pictures.
///
/// A picture begins with the id of its condition, such as a class; the last condition stands for
/// none in particular.
public sealed interface Manner permits CodeManner, FlowManner {
    /// What is drawn.
    PictureUnit unit();

    /// In how many steps.
    int steps();

    /// How far a picture is in a step, in [0, 1]: what guidance that rises goes by. 0 in the first
    /// step and 1 in the last, or what share of the picture or of the steps is done behind it.
    default double progress(int step) {
        return steps() == 1 ? 0 : (double) step / (steps() - 1);
    }

    /// How many rows a context holds at most.
    int mostRows();

    /// The id of the first condition: those before it are codes, and the mask where that is an id.
    int firstCondition();
}
