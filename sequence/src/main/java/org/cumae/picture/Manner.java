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

    /// How many rows a context holds at most.
    int mostRows();

    /// The id of the first condition: those before it are codes.
    int firstCondition();
}
