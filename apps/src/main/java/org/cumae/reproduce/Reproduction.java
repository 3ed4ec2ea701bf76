package org.cumae.reproduce;

/// A paper's claim, tried at small scale beside its baseline in one run.
///
/// To add one: a public class with a public constructor without parameters, and its name as a line
/// of `META-INF/services/org.cumae.reproduce.Reproduction`. `cumae reproduce NN` then runs it.
public interface Reproduction {
    /// The number of the method, 1 to 48.
    int method();

    /// The claim in one sentence, as the paper makes it, with what is tried of it here.
    String claim();

    /// Tries it.
    ///
    /// @throws RuntimeException if it could not be tried, with what would help
    Outcome run(Trial trial);
}
