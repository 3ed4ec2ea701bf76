package org.cumae.reproduce.backbone;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.train.Batches;
import org.cumae.train.text.AskedTokens.Questions;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Symbols stand at places by chance among blanks, and are to be said in their order at the end: a
/// layer that treats every row alike cannot tell how far back each of them is.
///
/// @param length rows in which they stand
/// @param data how many there are
/// @param symbols of how many kinds
/// @see <a href="https://arxiv.org/abs/2312.00752">Gu and Dao 2023, section 4.1.1</a>
record SelectiveCopying(int length, int data, int symbols) {
    private static final int BLANK = 0;
    private static final int RECALL = 1;
    private static final int FIRST = 2; // the first symbol

    SelectiveCopying {
        Check.argument(
                data > 0 && data <= length, "%d symbols do not stand in %d rows", data, length);
    }

    /// How many ids there are.
    int vocabulary() {
        return FIRST + symbols;
    }

    /// Rows in all, those that are to recall among them.
    int rows() {
        return length + data;
    }

    /// Endless questions.
    Batches<Questions> questions(int sequences, long seed) {
        return number -> {
            Noise noise = Noise.of(seed, number);
            int[] ids = new int[sequences * rows()];
            int[] wanted = new int[sequences * data];
            for (int i = 0; i < sequences; i++) {
                write(noise.at(i), ids, i * rows(), wanted, i * data);
            }
            return new Questions(ids, rows(), IntStream.range(length, rows()).toArray(), wanted);
        };
    }

    private void write(Noise noise, int[] ids, int from, int[] wanted, int first) {
        int[] places = IntStream.range(0, length).toArray();
        noise.at(0).shuffle(places);
        int[] chosen = Arrays.copyOf(places, data);
        Arrays.sort(chosen);
        Arrays.fill(ids, from, from + length, BLANK);
        Arrays.fill(ids, from + length, from + rows(), RECALL);
        for (int i = 0; i < data; i++) {
            int symbol = FIRST + (int) (noise.at(1).uniform(i) * symbols);
            ids[from + chosen[i]] = symbol;
            wanted[first + i] = symbol;
        }
    }
}
