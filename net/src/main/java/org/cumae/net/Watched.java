package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.picture.Lesson;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// Whole pictures whose looks at each other are remembered: what nobody needs to know who only
/// draws, and no product of attention says.
///
/// @param batch the pictures under their mask
/// @param hidden which rows a row does not see, `[length, length] bool`
/// @param shares of each layer that was gone through `[heads * length * length]`, a mean over the
///   pictures
record Watched(Batch batch, Tensor hidden, List<float[]> shares) implements Sight {
    static Watched of(Device device, Lesson lesson, int pictures, List<float[]> shares) {
        int length = lesson.rows();
        Tensor mask = device.mask(lesson.seen(), length, length);
        return new Watched(
                new Batch(pictures, length, Optional.of(mask)), mask.logical_not(), shares);
    }

    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        Tensor queries = batch.split(q); // [size, heads, length, headDim]
        Tensor keys = Batch.shared(batch.split(k), by.heads() / by.keyHeads()); // same
        Tensor alike =
                queries.matmul(keys.transpose(2, 3))
                        .div(Ops.scalar(Math.sqrt(by.headDim())))
                        .masked_fill(hidden, Ops.scalar(Double.NEGATIVE_INFINITY));
        shares.add(Ops.floats(torch.softmax(alike, -1).mean(0)));
        return batch.mix(by, q, k, v);
    }

    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        return batch.roll(by, x, rounding);
    }
}
