package org.cumae.model;

import org.cumae.Check;

/// What a model remembers of one context: a KV cache, a recurrent state, a list of ids.
///
/// Confined to the thread that runs the model's passes. A state belongs to whoever opened or forked
/// it, who must close it.
public interface State extends AutoCloseable {
    /// How many rows it holds.
    int length();

    /// A copy that lives its own life.
    State fork();

    /// A copy of rows `[0, length)` that lives its own life. Fewer rows than there are need a model
    /// that can roll back.
    ///
    /// @throws IllegalArgumentException if length is negative or more than there is
    default State fork(int length) {
        checkTruncate(length, length());
        State copy = fork();
        if (length < length()) {
            copy.truncate(length);
        }
        return copy;
    }

    /// Forgets rows `[length, length())`.
    ///
    /// @throws IllegalArgumentException if length is negative or more than there is, or is not one
    ///   of those to which the state can be cut, see [#nearest]
    void truncate(int length);

    /// The most rows, up to a length, to which this can be cut without feeding again. A recurrent
    /// state can go back only where it was remembered; the rows from there on are fed again.
    ///
    /// @param length at most [#length()]
    default int nearest(int length) {
        return length;
    }

    /// Keeps rows `[0, from)` and then, of the rest, only the given ones, which move up to `from`,
    /// `from + 1`, ...: the accepted path of a draft tree.
    ///
    /// @param from where the choice begins
    /// @param rows absolute rows, ascending, all in `[from, length())`
    /// @throws IllegalArgumentException if a row is out of place
    void keep(int from, Tokens rows);

    /// How much memory it owns.
    long bytes();

    @Override
    void close();

    /// Refuses a length to truncate to that is not there.
    ///
    /// @throws IllegalArgumentException naming both lengths
    static void checkTruncate(int length, int held) {
        Check.argument(
                length >= 0 && length <= held,
                "cannot truncate to %d rows; the context holds %d",
                length,
                held);
    }

    /// Refuses a path to keep that does not ascend inside what is there.
    ///
    /// @throws IllegalArgumentException naming the row and its limits
    static void checkKeep(int from, Tokens rows, int held) {
        checkTruncate(from, held);
        int least = from;
        for (int i = 0; i < rows.size(); i++) {
            int row = rows.get(i);
            Check.argument(
                    row >= least && row < held,
                    "cannot keep row %d; rows must ascend inside [%d, %d)",
                    row,
                    from,
                    held);
            least = row + 1;
        }
    }
}
