package org.cumae.unit;

import org.cumae.Check;

import java.util.HashSet;
import java.util.List;

/// What a byte-level vocabulary should be.
///
/// @param vocabulary how many ids in all: 256 bytes, the pairs, the special tokens. A text with
///   fewer pairs worth joining gives fewer
/// @param minimumCount a pair is joined only if it comes as often
/// @param special tokens that steer the model, such as `<|endoftext|>`; the first ends a text
public record PairTraining(int vocabulary, int minimumCount, List<String> special) {
    private static final int BYTES = 256;

    /// Checks the numbers and copies the list.
    public PairTraining {
        special = List.copyOf(special);
        int least = BYTES + special.size();
        Check.argument(
                vocabulary >= least && vocabulary <= Vocabulary.MOST,
                "vocabulary is %d; it must be %d (256 bytes and %d special tokens) to %d",
                vocabulary,
                least,
                special.size(),
                Vocabulary.MOST);
        Check.argument(minimumCount >= 1, "minimumCount is %d; it must be 1 or more", minimumCount);
        Check.argument(
                new HashSet<>(special).size() == special.size() && !special.contains(""),
                "special tokens are %s; each must be there once and none may be empty",
                special);
    }

    /// The usual: pairs that come at least twice, and `<|endoftext|>`.
    public static PairTraining of(int vocabulary) {
        return new PairTraining(vocabulary, 2, List.of("<|endoftext|>"));
    }

    /// How many pairs may be joined.
    int merges() {
        return vocabulary - BYTES - special.size();
    }
}
