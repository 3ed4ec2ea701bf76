package org.cumae.model;

import java.util.List;
import java.util.concurrent.CancellationException;

/// What a decoder talks to: a growing context of a model that it can ask, branch and cut.
///
/// Used by one thread at a time. [#ask] parks the calling thread until the pass that answers it has
/// run, together with whatever other decoders asked meanwhile; the other methods return at once.
/// Closing frees the context's rows.
public interface Context extends AutoCloseable {
    /// What the model behind it says of itself.
    Card card();

    /// How many rows it holds.
    int length();

    /// Appends the query's rows and answers its wants.
    ///
    /// @throws IllegalArgumentException if the query does not fit the model or the context: an id
    ///   outside the vocabulary, more rows than the model holds, a visibility of another size
    /// @throws CapabilityException if the model cannot be asked this
    /// @throws CancellationException if the thread was interrupted or the engine closed
    default Answer ask(Query query) {
        return Question.askAll(List.of(new Question(this, query))).getFirst();
    }

    /// Asks several contexts of the same engine in the same pass.
    ///
    /// @param questions of distinct contexts of this context's engine, this one's among them or not
    /// @return their answers in order
    /// @throws IllegalArgumentException as [#ask], or if a context is of another engine
    List<Answer> askAll(List<Question> questions);

    /// A copy that lives its own life; on an empty context, a fresh one. The caller closes it.
    Context fork();

    /// Forgets rows `[length, length())`.
    ///
    /// @throws IllegalArgumentException if length is negative or more than there is
    /// @throws CapabilityException if the model cannot roll back
    void truncate(int length);

    /// Keeps rows `[0, from)` and then only the given ones; see [State#keep].
    ///
    /// @throws IllegalArgumentException if a row is out of place
    /// @throws CapabilityException if the model cannot roll back
    void keep(int from, Tokens rows);

    /// What this context and its forks have cost so far.
    Ledger ledger();

    @Override
    void close();
}
