package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.picture.Lesson;
import org.cumae.torch.Device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The rows of a pass of which something is known. They go through the first blocks of a model by
/// themselves, its encoder; the others come in behind those and cost them nothing.
///
/// @param rows which, and perhaps others among them which nobody sees
/// @param kept the places in that list of those that are known
/// @param sight whom they see
/// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a pass
record Known(int[] rows, int[] kept, Sight sight) {
    private static final float NOTHING = 1; // the time of noise of which nothing is seen

    /// Whether something is known of a row.
    ///
    /// @param time of the row
    static boolean is(float time) {
        return time < NOTHING;
    }

    /// Of whole pictures, whose known rows are made as many by hidden ones.
    ///
    /// @param lesson how each picture is fed
    /// @param times of all rows, `[pictures * rows]`
    static Known of(Device device, Lesson lesson, float... times) {
        int length = lesson.rows();
        List<int[]> known = new ArrayList<>(); // rows of each picture
        for (int from = 0; from < times.length; from += length) {
            int first = from;
            known.add(IntStream.range(0, length).filter(row -> is(times[first + row])).toArray());
        }
        int most = known.stream().mapToInt(own -> own.length).max().orElse(0);
        int[] rows = new int[known.size() * most];
        int[] kept = new int[known.stream().mapToInt(own -> own.length).sum()];
        boolean[] seen = new boolean[rows.length * most];
        int next = 0;
        for (int picture = 0; picture < known.size(); picture++) {
            int first = picture * length;
            int count = known.get(picture).length;
            int[] own =
                    IntStream.concat(
                                    IntStream.of(known.get(picture)),
                                    IntStream.range(0, length)
                                            .filter(row -> !is(times[first + row])))
                            .limit(most)
                            .toArray();
            for (int i = 0; i < most; i++) {
                int place = picture * most + i;
                rows[place] = first + own[i];
                if (i < count) {
                    kept[next++] = place;
                }
                for (int j = 0; j < most; j++) {
                    seen[place * most + j] =
                            i == j || (j < count && lesson.seen()[own[i] * length + own[j]]);
                }
            }
        }
        Tensor mask = device.mask(seen, rows.length, most).view(known.size(), 1, most, most);
        return new Known(rows, kept, new Batch(known.size(), most, Optional.of(mask)));
    }

    /// Them alone.
    ///
    /// @param x all rows, `[tokens, width]`
    /// @return `[rows, width]`
    Tensor of(Device device, Tensor x) {
        return x.index_select(0, device.ids(rows));
    }

    /// All rows, with what was made of these.
    ///
    /// @param x all rows, `[tokens, width]`
    /// @param made `[rows, width]`
    /// @return as the first
    Tensor into(Device device, Tensor x, Tensor made) {
        int[] to = IntStream.of(kept).map(place -> rows[place]).toArray();
        return x.index_copy(0, device.ids(to), made.index_select(0, device.ids(kept)));
    }
}
