package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// The turns of one pass's rows.
///
/// @param cos `[tokens, 1, headDim]`
/// @param sin same, negative where a channel is the first of its pair
/// @param values whether the first half of the heads turns values as well, and mixtures back
record Rotation(Tensor cos, Tensor sin, Positions.Pairing pairing, boolean values) {
    static Rotation of(Positions.Rotary rotary, int[] positions, int headDim, Device device) {
        double[] frequencies = rotary.frequencies(headDim);
        return of(
                (row, pair) -> positions[row] * frequencies[pair],
                positions.length,
                headDim,
                rotary.pairing(),
                false,
                device);
    }

    static Rotation of(Positions.Grid grid, int[] positions, int headDim, Device device) {
        return of(position -> grid.angles(position, headDim), positions, headDim, false, device);
    }

    static Rotation of(Positions.Pyramid grids, int[] positions, int headDim, Device device) {
        return of(position -> grids.angles(position, headDim), positions, headDim, false, device);
    }

    static Rotation of(Positions.Stack stack, int[] positions, int headDim, Device device) {
        return of(position -> stack.angles(position, headDim), positions, headDim, true, device);
    }

    private static Rotation of(
            IntFunction<double[]> at, int[] positions, int headDim, boolean values, Device device) {
        Map<Integer, double[]> known = new HashMap<>();
        double[][] angles = new double[positions.length][];
        for (int row = 0; row < angles.length; row++) {
            angles[row] = known.computeIfAbsent(positions[row], at::apply);
        }
        return of(
                (row, pair) -> angles[row][pair],
                positions.length,
                headDim,
                Positions.Pairing.ADJACENT,
                values,
                device);
    }

    private interface Angles {
        double at(int row, int pair);
    }

    private static Rotation of(
            Angles angles,
            int rows,
            int headDim,
            Positions.Pairing pairing,
            boolean values,
            Device device) {
        int half = headDim / 2;
        boolean halves = pairing == Positions.Pairing.HALVES;
        float[] cos = new float[rows * headDim];
        float[] sin = new float[cos.length];
        for (int row = 0; row < rows; row++) {
            for (int pair = 0; pair < half; pair++) {
                double angle = angles.at(row, pair);
                int first = row * headDim + (halves ? pair : 2 * pair);
                int second = first + (halves ? half : 1);
                cos[first] = cos[second] = (float) Math.cos(angle);
                sin[second] = (float) Math.sin(angle);
                sin[first] = -sin[second];
            }
        }
        long[] shape = {rows, 1, headDim};
        return new Rotation(device.floats(cos, shape), device.floats(sin, shape), pairing, values);
    }

    /// Turns each pair of channels.
    Tensor turn(Tensor x) { // [tokens, heads, headDim]
        return x.mul(cos).add_(partners(x).mul(sin)); // same
    }

    /// Turns the first half of the heads.
    Tensor turnHalf(Tensor x) { // [tokens, heads, headDim]
        List<Tensor> halves = halves(x);
        return Ops.cat(List.of(turn(halves.getFirst()), halves.getLast()), 1); // same
    }

    /// Turns the first half of the heads the other way.
    Tensor turnHalfBack(Tensor x) { // [tokens, heads, headDim]
        List<Tensor> halves = halves(x);
        Tensor first = halves.getFirst();
        Tensor back = first.mul(cos).sub_(partners(first).mul(sin));
        return Ops.cat(List.of(back, halves.getLast()), 1); // same
    }

    private static List<Tensor> halves(Tensor x) {
        long half = x.size(1) / 2;
        return Ops.split(x, 1, half, x.size(1) - half);
    }

    /// For each channel the other one of its pair.
    private Tensor partners(Tensor x) {
        long half = x.size(2) / 2;
        return switch (pairing) {
            case HALVES -> x.roll(new long[] {half}, 2);
            case ADJACENT -> x.unflatten(2, half, 2).flip(3).flatten(2, 3);
        };
    }
}
