package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// Each channel by itself over the last few rows, then SiLU.
///
/// @param weight `[channels, 1, kernel]`, the oldest row first
/// @param bias `[channels]`
record Convolution(Tensor weight, Optional<Tensor> bias) {
    private static final long[] ONE = {1};
    private static final long[] NONE = {0};

    static Convolution take(
            Source source, String name, long channels, long kernel, boolean biased) {
        Tensor weight =
                source.take(
                        Source.Role.MATRIX,
                        List.of(new Stored.Slice(name + ".weight", channels)),
                        false,
                        channels,
                        1,
                        kernel);
        return new Convolution(
                weight,
                biased
                        ? Optional.of(
                                source.take(
                                        Source.Role.SHIFT,
                                        List.of(new Stored.Slice(name + ".bias", channels)),
                                        false,
                                        channels))
                        : Optional.empty());
    }

    /// The shape of what it remembers of a sequence: the rows before, which the next ones see.
    long[] memory() {
        return new long[] {weight.size(2) - 1, weight.size(0)};
    }

    /// Gives the weights their first values: a mean of few rows, in size.
    void begin() {
        double most = 1 / Math.sqrt((double) weight.size(2));
        Ops.uniform(weight, -most, most);
    }

    /// @param x `[sequences, length, channels]`
    /// @param before `[sequences, kernel - 1, channels]`
    Convolved over(Tensor x, Tensor before) {
        Tensor rows = Ops.cat(List.of(before, x), 1); // [sequences, kernel - 1 + length, channels]
        Tensor mixed = x.size(1) == 1 ? ofOne(rows) : ofMany(rows); // as x
        Tensor last = rows.narrow(1, x.size(1), before.size(1)).contiguous();
        return new Convolved(torch.silu(mixed), last);
    }

    /// A convolution of libtorch takes five times as long to say one row.
    private Tensor ofOne(Tensor rows) {
        Tensor mixed = rows.mul(weight.squeeze(1).t()).sum(1).unsqueeze(1);
        return bias.isPresent() ? mixed.add(bias.get()) : mixed;
    }

    private Tensor ofMany(Tensor rows) {
        return torch.conv1d(
                        rows.transpose(1, 2),
                        weight,
                        bias.map(TensorOptional::new).orElseGet(TensorOptional::new),
                        ONE,
                        NONE,
                        ONE,
                        weight.size(0))
                .transpose(1, 2);
    }

    /// What came of it.
    ///
    /// @param y `[sequences, length, channels]`
    /// @param last what to remember, as before
    record Convolved(Tensor y, Tensor last) {}
}
