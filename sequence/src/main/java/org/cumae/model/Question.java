package org.cumae.model;

import org.cumae.Check;

import java.util.List;

/// A query and the context that it is asked of.
///
/// @param context whom
/// @param query what
public record Question(Context context, Query query) {
    /// Asks several contexts of one engine in one pass.
    ///
    /// @param questions at least one, of distinct contexts
    /// @return their answers in order
    /// @throws IllegalArgumentException as [Context#askAll]
    public static List<Answer> askAll(List<Question> questions) {
        Check.argument(!questions.isEmpty(), "there is no question to ask");
        return questions.getFirst().context().askAll(questions);
    }
}
