package org.cumae.net;

import org.cumae.Check;
import org.cumae.model.Denoising;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Sequences of one length in two streams, as a model learns to fill masks: a clean one, whose rows
/// know each other as far as a decoder's kept rows do, and a noisy one of the same positions, whose
/// rows see their own block as it is and the blocks before it clean.
///
/// Each noisy row sees in training what it sees when a decoder feeds its block:
///
/// ```
///           n0 n1 n2 n3 | c0 c1 c2 c3     blocks of 2, read by blocks; by prefix c0 does not see c1,
/// n0, n1     x  x  .  . |  .  .  .  .     and of a block the known rows stand first and each row
/// n2, n3     .  .  x  x |  x  x  .  .     sees those before it
/// c0, c1     .  .  .  . |  x  x  .  .
/// c2, c3     .  .  .  . |  x  x  x  x
/// ```
///
/// Arrays are taken over, not copied.
///
/// @param denoising how the model fills masks
/// @param sequences how many
/// @param length positions of each
/// @param clean ids, `[sequences * length]`
/// @param noisy ids in the order in which they are fed, `[sequences * length]`
/// @param positions of the noisy rows, same
/// @param asked the noisy rows whose logits are wanted, by their place among all noisy ones
/// @param askedClean the clean rows whose logits are wanted, by their place among all clean ones
/// @see <a href="https://arxiv.org/abs/2503.09573">Arriola et al. 2025</a>
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
public record Streams(
        Denoising denoising,
        int sequences,
        int length,
        int[] clean,
        int[] noisy,
        int[] positions,
        int[] asked,
        int[] askedClean) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public Streams {
        int rows = sequences * length;
        Check.argument(
                clean.length == rows && noisy.length == rows && positions.length == rows,
                "%d sequences of %d have %d clean rows, %d noisy ones and %d positions; they need %d"
                        + " of each",
                sequences,
                length,
                clean.length,
                noisy.length,
                positions.length,
                rows);
        Check.argument(
                asked.length + askedClean.length > 0,
                "no row is asked about; ask about one or more");
    }

    /// Whether a clean row sees another one.
    private boolean cleanSees(int row, int column) {
        return switch (denoising.reading()) {
            case BLOCKS -> denoising.blockOf(column) <= denoising.blockOf(row);
            case PREFIX -> column <= row;
            case CANVAS -> false;
        };
    }

    /// Whether a noisy row sees another one; both by their place in the stream.
    private boolean noisySees(int row, int column) {
        int own = denoising.blockOf(row);
        return switch (denoising.reading()) {
            case BLOCKS -> denoising.blockOf(column) == own;
            case PREFIX -> denoising.blockOf(column) == own && column <= row;
            case CANVAS -> true;
        };
    }

    /// Whether a noisy row sees a clean one. The rows of a block stay within its places, in
    /// whatever order.
    private boolean noisySeesClean(int row, int column) {
        return denoising.reading() != Denoising.Reading.CANVAS
                && denoising.blockOf(column) < denoising.blockOf(row);
    }

    /// What clean rows see, `[length * length]`. Of a canvas nothing is clean, and its clean rows
    /// see themselves.
    boolean[] cleanSeen() {
        boolean[] seen = new boolean[length * length];
        for (int row = 0; row < length; row++) {
            for (int column = 0; column < length; column++) {
                seen[row * length + column] = row == column || cleanSees(row, column);
            }
        }
        return seen;
    }

    /// What noisy rows see of the clean ones and then of the noisy ones, `[length * 2 length]`.
    boolean[] noisySeen() {
        boolean[] seen = new boolean[2 * length * length];
        for (int row = 0; row < length; row++) {
            for (int column = 0; column < length; column++) {
                seen[row * 2 * length + column] = noisySeesClean(row, column);
                seen[row * 2 * length + length + column] = noisySees(row, column);
            }
        }
        return seen;
    }

    /// The same as one line of rows, clean ones first, under a dense mask.
    public Arrangement together() {
        int twice = 2 * length;
        int[] ids = new int[sequences * twice];
        int[] places = new int[ids.length];
        boolean[] seen = new boolean[ids.length * twice];
        boolean[] cleanSeen = cleanSeen();
        boolean[] noisySeen = noisySeen();
        for (int s = 0; s < sequences; s++) {
            System.arraycopy(clean, s * length, ids, s * twice, length);
            System.arraycopy(noisy, s * length, ids, s * twice + length, length);
            for (int i = 0; i < length; i++) {
                places[s * twice + i] = i;
                places[s * twice + length + i] = positions[s * length + i];
                System.arraycopy(cleanSeen, i * length, seen, (s * twice + i) * twice, length);
                System.arraycopy(
                        noisySeen, i * twice, seen, (s * twice + length + i) * twice, twice);
            }
        }
        return new Arrangement(
                sequences,
                twice,
                ids,
                places,
                seen,
                IntStream.concat(
                                Arrays.stream(asked)
                                        .map(row -> row / length * twice + length + row % length),
                                Arrays.stream(askedClean)
                                        .map(row -> row / length * twice + row % length))
                        .toArray());
    }
}
