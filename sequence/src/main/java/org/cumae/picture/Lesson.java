package org.cumae.picture;

import org.cumae.Check;
import org.cumae.model.Strip;
import org.cumae.model.Want.Voice;

import java.util.List;
import java.util.stream.IntStream;

/// How a whole picture is fed at once, to be learned from: the first row is its condition's id. Or
/// how a part of it is that is learned by itself, which begins where it begins.
///
/// @param positions of the rows, `[rows]`
/// @param seen whether a row sees another one, `[rows * rows]`, taken over
/// @param strips in which that is computed
/// @param voices for each code of the picture which heads of which rows say it, `[length]`
@SuppressWarnings("ArrayRecordComponent") // made once, never written to
public record Lesson(
        int[] positions, boolean[] seen, List<Strip> strips, List<List<Voice>> voices) {
    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the sizes do not fit
    public Lesson {
        strips = List.copyOf(strips);
        voices = voices.stream().map(List::copyOf).toList();
        Check.argument(
                seen.length == positions.length * positions.length,
                "%d rows have a mask of %d cells; they need %d",
                positions.length,
                seen.length,
                positions.length * positions.length);
    }

    /// Computed in the strips in which that costs least.
    public Lesson(int[] positions, boolean[] seen, List<List<Voice>> voices) {
        this(positions, seen, Strip.of(positions.length, positions.length, seen), voices);
    }

    /// How many rows.
    public int rows() {
        return positions.length;
    }

    /// Some rows by themselves, which say some codes: a part of a picture that can be learned
    /// without the rest.
    ///
    /// @param from the first row
    /// @param to behind the last
    /// @throws IllegalArgumentException if one of them sees another row, or a code is said by rows
    ///   of both kinds
    public Lesson part(int from, int to) {
        int count = to - from;
        boolean[] among = new boolean[count * count];
        for (int row = from; row < to; row++) {
            for (int column = 0; column < rows(); column++) {
                boolean inside = column >= from && column < to;
                boolean sees = seen[row * rows() + column];
                Check.argument(
                        inside || !sees,
                        "rows [%d, %d) are to be learned by themselves, and row %d sees row %d",
                        from,
                        to,
                        row,
                        column);
                if (inside) {
                    among[(row - from) * count + column - from] = sees;
                }
            }
        }
        List<List<Voice>> own =
                voices.stream()
                        .filter(said -> isInside(said.getFirst(), from, to))
                        .map(
                                said ->
                                        said.stream()
                                                .map(
                                                        voice ->
                                                                new Voice(
                                                                        voice.row() - from,
                                                                        voice.direction()))
                                                .toList())
                        .toList();
        Check.argument(
                own.stream().flatMap(List::stream).allMatch(voice -> isInside(voice, 0, count)),
                "rows [%d, %d) are to be learned by themselves, and say codes with others",
                from,
                to);
        return new Lesson(IntStream.range(from, to).map(i -> positions[i]).toArray(), among, own);
    }

    private static boolean isInside(Voice voice, int from, int to) {
        return voice.row() >= from && voice.row() < to;
    }
}
