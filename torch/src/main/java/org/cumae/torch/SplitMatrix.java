package org.cumae.torch;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// A matrix in parts, each some of its rows, whose products a [Crew] shares.
public final class SplitMatrix implements PackedMatrix {
    private static final long LEAST_WEIGHTS = 1 << 15; // of a part: less is done before it is given
    private static final long ROWS = 32; // a part has a multiple of so many

    private final List<PackedMatrix> parts;

    private SplitMatrix(List<PackedMatrix> parts) {
        this.parts = parts;
    }

    /// Packs a matrix, in one part for each thread of the crew where that is worth it.
    ///
    /// @param weight `[out, in] float32`
    /// @param bias `[out] float32`
    /// @param pack how a part is packed
    public static PackedMatrix of(
            Tensor weight,
            Optional<Tensor> bias,
            BiFunction<Tensor, Optional<Tensor>, PackedMatrix> pack) {
        return of(weight, bias, pack, Crew.size());
    }

    /// @param most how many parts there may be
    static PackedMatrix of(
            Tensor weight,
            Optional<Tensor> bias,
            BiFunction<Tensor, Optional<Tensor>, PackedMatrix> pack,
            int most) {
        long out = weight.size(0);
        long count = Math.clamp(weight.numel() / LEAST_WEIGHTS, 1, most);
        long each = (out + count * ROWS - 1) / (count * ROWS) * ROWS;
        if (count == 1 || each >= out) {
            return pack.apply(weight, bias);
        }
        List<PackedMatrix> parts = new ArrayList<>();
        try {
            for (long from = 0; from < out; from += each) {
                long first = from;
                long rows = Math.min(each, out - from);
                parts.add(
                        pack.apply(
                                weight.narrow(0, first, rows),
                                bias.map(shift -> shift.narrow(0, first, rows))));
            }
        } catch (RuntimeException e) {
            parts.forEach(PackedMatrix::close);
            throw e;
        }
        return new SplitMatrix(List.copyOf(parts));
    }

    @Override
    public Tensor times(Tensor x) {
        try (var _ = Crew.lead()) { // where it does not for the whole pass
            return Ops.cat(Crew.share(parts.size(), i -> parts.get(i).times(x)), 1);
        }
    }

    @Override
    public long[] shape() {
        long rows = parts.stream().mapToLong(part -> part.shape()[0]).sum();
        return new long[] {rows, parts.getFirst().shape()[1]};
    }

    @Override
    public long weights() {
        return parts.stream().mapToLong(PackedMatrix::weights).sum();
    }

    @Override
    public long bytes() {
        return parts.stream().mapToLong(PackedMatrix::bytes).sum();
    }

    @Override
    public void close() {
        parts.forEach(PackedMatrix::close);
    }
}
