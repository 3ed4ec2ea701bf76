package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.model.Strip;
import org.cumae.picture.Lesson;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whole pictures whose mask is computed strip by strip: keys and values that no row of a strip
/// sees cost nothing.
///
/// @param batch the pictures
/// @param strips from the first row to the last
record Striped(Batch batch, List<Masked> strips) implements Sight {
    /// The sight of a lesson: by strips, where it has more than one.
    ///
    /// @param pictures how many
    static Sight of(Device device, Lesson lesson, int pictures) {
        int length = lesson.rows();
        if (lesson.strips().size() == 1) {
            Tensor mask = device.mask(lesson.seen(), length, length);
            return new Batch(pictures, length, Optional.of(mask));
        }
        return new Striped(
                new Batch(pictures, length, Optional.empty()),
                Masked.of(device, lesson.strips(), length, lesson.seen()));
    }

    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        int group = by.heads() / by.keyHeads();
        Tensor queries = batch.split(q); // [size, heads, length, headDim]
        Tensor keys = Batch.shared(batch.split(k), group); // same
        Tensor values = Batch.shared(batch.split(v), group); // same
        List<Tensor> mixed = new ArrayList<>();
        for (Masked each : strips) {
            Strip strip = each.strip();
            mixed.add(
                    Ops.attention(
                            queries.narrow(2, strip.from(), strip.rows()),
                            keys.narrow(2, strip.first(), strip.columns()),
                            values.narrow(2, strip.first(), strip.columns()),
                            each.seen()));
        }
        return batch.joined(Ops.cat(mixed, 2));
    }

    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        return batch.roll(by, x, rounding);
    }
}
