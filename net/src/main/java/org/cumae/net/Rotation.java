package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.List;

/// The turns of one pass's rows.
///
/// @param cos `[tokens, 1, headDim/2]`
/// @param sin same
record Rotation(Tensor cos, Tensor sin, Positions.Pairing pairing) {
    static Rotation of(Positions.Rotary rotary, int[] positions, int headDim) {
        double[] frequencies = rotary.frequencies(headDim);
        float[] cos = new float[positions.length * frequencies.length];
        float[] sin = new float[cos.length];
        int at = 0;
        for (int position : positions) {
            for (double frequency : frequencies) {
                cos[at] = (float) Math.cos(position * frequency);
                sin[at] = (float) Math.sin(position * frequency);
                at++;
            }
        }
        long[] shape = {positions.length, 1, frequencies.length};
        return new Rotation(Tensor.create(cos, shape), Tensor.create(sin, shape), rotary.pairing());
    }

    /// Turns each pair of channels.
    ///
    /// Adjacent pairs come out as halves: queries and keys are reordered alike, so their products
    /// stay.
    Tensor turn(Tensor x) { // [tokens, heads, headDim]
        long half = x.size(2) / 2;
        boolean halves = pairing == Positions.Pairing.HALVES;
        Tensor pairs = halves ? x : x.unflatten(2, half, 2); // adjacent: [tokens, heads, half, 2]
        Tensor a = halves ? x.narrow(2, 0, half) : pairs.select(3, 0); // [tokens, heads, headDim/2]
        Tensor b = halves ? x.narrow(2, half, half) : pairs.select(3, 1); // same
        return Ops.cat(
                List.of(a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))),
                2); // [tokens, heads, headDim]
    }
}
