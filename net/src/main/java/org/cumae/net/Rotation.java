package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// The turns of one pass's rows.
///
/// @param turns of each row's pairs of channels
/// @param values whether the first half of the heads turns values as well, and mixtures back
record Rotation(Turns turns, boolean values) {
    /// How pairs of channels are turned, and back; both take and give `[tokens, heads, headDim]`.
    private sealed interface Turns {
        Tensor forth(Tensor x);

        Tensor back(Tensor x);
    }

    /// Pairs lie a half apart.
    ///
    /// @param cos `[tokens, 1, headDim]`
    /// @param sin same, negative in the first half
    private record Halves(Tensor cos, Tensor sin) implements Turns {
        @Override
        public Tensor forth(Tensor x) {
            return x.mul(cos).add_(partners(x).mul(sin));
        }

        @Override
        public Tensor back(Tensor x) {
            return x.mul(cos).sub_(partners(x).mul(sin));
        }

        private static Tensor partners(Tensor x) {
            return x.roll(new long[] {x.size(2) / 2}, 2);
        }
    }

    /// Pairs lie side by side, so they are complex numbers as they stand: one product turns them,
    /// where any other way takes four.
    ///
    /// @param by `[tokens, 1, headDim/2]` complex, of absolute value 1
    private record Adjacent(Tensor by) implements Turns {
        @Override
        public Tensor forth(Tensor x) {
            return product(x, by);
        }

        @Override
        public Tensor back(Tensor x) {
            return product(x, by.conj());
        }

        private static Tensor product(Tensor x, Tensor by) {
            Tensor pairs = torch.view_as_complex(x.unflatten(2, x.size(2) / 2, 2));
            return torch.view_as_real(pairs.mul(by)).flatten(2, 3);
        }
    }

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
        float[] cos = new float[rows * half];
        float[] sin = new float[rows * half];
        for (int i = 0; i < cos.length; i++) {
            double angle = angles.at(i / half, i % half);
            cos[i] = (float) Math.cos(angle);
            sin[i] = (float) Math.sin(angle);
        }
        long[] shape = {rows, 1, half};
        Tensor cosines = device.floats(cos, shape);
        Tensor sines = device.floats(sin, shape);
        Turns turns =
                switch (pairing) {
                    case HALVES ->
                            new Halves(
                                    Ops.cat(List.of(cosines, cosines), 2),
                                    Ops.cat(List.of(sines.neg(), sines), 2));
                    case ADJACENT -> new Adjacent(Ops.complex(cosines, sines));
                };
        return new Rotation(turns, values);
    }

    /// Turns each pair of channels.
    Tensor turn(Tensor x) { // [tokens, heads, headDim]
        return turns.forth(x); // same
    }

    /// Turns the first half of the heads.
    Tensor turnHalf(Tensor x) { // [tokens, heads, headDim]
        List<Tensor> halves = halves(x);
        return Ops.cat(List.of(turns.forth(halves.getFirst()), halves.getLast()), 1); // same
    }

    /// Turns the first half of the heads the other way.
    Tensor turnHalfBack(Tensor x) { // [tokens, heads, headDim]
        List<Tensor> halves = halves(x);
        return Ops.cat(List.of(turns.back(halves.getFirst()), halves.getLast()), 1); // same
    }

    private static List<Tensor> halves(Tensor x) {
        long half = x.size(1) / 2;
        return Ops.split(x, 1, half, x.size(1) - half);
    }
}
