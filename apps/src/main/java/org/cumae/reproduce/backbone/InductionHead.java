package org.cumae.reproduce.backbone;

import org.cumae.noise.Noise;
import org.cumae.train.Batches;
import org.cumae.train.text.AskedTokens.Questions;

/// One mark stands somewhere among symbols by chance; at the end it comes again, and the symbol
/// that stood behind it is to be said.
///
/// @param symbols of how many kinds
/// @see <a href="https://arxiv.org/abs/2312.00752">Gu and Dao 2023, section 4.1.2</a>
record InductionHead(int symbols) {
    /// How many ids there are; the last is the mark.
    int vocabulary() {
        return symbols + 1;
    }

    /// Endless questions.
    ///
    /// @param length rows of a sequence, 4 or more
    Batches<Questions> questions(int sequences, int length, long seed) {
        return number -> {
            Noise noise = Noise.of(seed, number);
            int[] ids = new int[sequences * length];
            int[] wanted = new int[sequences];
            for (int i = 0; i < sequences; i++) {
                Noise own = noise.at(i);
                for (int row = 0; row < length; row++) {
                    ids[i * length + row] = (int) (own.uniform(row + 1L) * symbols);
                }
                int place = (int) (own.uniform(0) * (length - 2));
                ids[i * length + place] = symbols;
                ids[(i + 1) * length - 1] = symbols;
                wanted[i] = ids[i * length + place + 1];
            }
            return new Questions(ids, length, new int[] {length - 1}, wanted);
        };
    }
}
