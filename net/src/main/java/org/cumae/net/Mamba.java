package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A selective state space: how much each channel forgets, takes in and gives out follows from the
/// row.
///
/// `h_t = exp(d_t A) h_(t-1) + d_t x_t B_t`, `y_t = h_t C_t + D x_t`, with `d_t` the size of the
/// step; `exp` for what stays and Euler's rule for what comes in, as all code of it has it.
///
/// @param shape its sizes
/// @param input both the channels and the gate, `[2 inner, width]`
/// @param select sizes of steps in few channels, then `B` and `C`, `[rank + 2 state, inner]`
/// @param steps `[inner, rank]` with a bias
/// @param logA `[inner, state]`, the logarithm of `-A`
/// @param skip `D`, `[inner]`
/// @param norms of the three selections, where it has them
/// @see <a href="https://arxiv.org/abs/2312.00752">Gu and Dao 2023</a>
record Mamba(
        int layer,
        Mixing.Mamba shape,
        Linear input,
        Convolution convolution,
        Linear select,
        Linear steps,
        Tensor logA,
        Tensor skip,
        Optional<Norms> norms,
        Linear output)
        implements Recurrent {
    /// Rows that are scanned at a time: each keeps `inner * state` numbers.
    private static final long CHUNK = 64;

    /// What brings selections to one size.
    record Norms(Norm step, Norm in, Norm out) {}

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        long inner = shape.inner();
        List<Tensor> parts = Ops.split(input.forward(x, pass.gate()), 1, inner, inner);
        Tensor y = pass.sight().roll(this, parts.getFirst(), pass.rounding()); // [tokens, inner]
        return output.forward(
                y.mul(pass.rounding().each(parts.getLast(), torch::silu)), pass.gate());
    }

    @Override
    public List<long[]> memory() {
        return List.of(convolution.memory(), new long[] {shape.inner(), shape.state()});
    }

    @Override
    public Rolled roll(Tensor x, List<Tensor> memory) {
        Convolution.Convolved seen = convolution.over(x, memory.getFirst());
        Tensor u = seen.y(); // [sequences, length, inner]
        List<Tensor> chosen =
                Ops.split(
                        select.forward(u.flatten(0, 1), Gate.CLOSED)
                                .unflatten(0, u.size(0), u.size(1)),
                        2,
                        shape.rank(),
                        shape.state(),
                        shape.state());
        Tensor low = normed(chosen.get(0), norms.map(Norms::step));
        Tensor in = normed(chosen.get(1), norms.map(Norms::in)); // [sequences, length, state]
        Tensor out = normed(chosen.get(2), norms.map(Norms::out)); // same
        Tensor step =
                torch.softplus(
                        steps.forward(low.flatten(0, 1), Gate.CLOSED)
                                .unflatten(0, u.size(0), u.size(1))); // as u
        Tensor a = logA.exp().neg(); // [inner, state]
        Tensor state = memory.getLast();
        List<Tensor> read = new ArrayList<>();
        for (long from = 0; from < u.size(1); from += CHUNK) {
            long rows = Math.min(CHUNK, u.size(1) - from);
            Tensor size = step.narrow(1, from, rows);
            Tensor stays = size.unsqueeze(3).mul(a).exp(); // [sequences, rows, inner, state]
            Tensor comes =
                    size.mul(u.narrow(1, from, rows))
                            .unsqueeze(3)
                            .mul(in.narrow(1, from, rows).unsqueeze(2)); // same
            Tensor h = Scan.states(stays, comes, state); // same
            read.add(h.matmul(out.narrow(1, from, rows).unsqueeze(3)).squeeze(3));
            state = h.select(1, rows - 1);
        }
        Tensor y = Ops.cat(read, 1).add(u.mul(skip));
        return new Rolled(y, List.of(seen.last(), state.contiguous()));
    }

    private static Tensor normed(Tensor x, Optional<Norm> norm) {
        return norm.isPresent() ? norm.get().forward(x) : x;
    }

    @Override
    public List<Linear> layers() {
        return List.of(input, output);
    }

    @Override
    public void begin() {
        Tensor numbers = torch.arange(Ops.scalar(1), Ops.scalar(shape.state() + 1.0));
        logA.copy_(numbers.log());
        skip.fill_(Ops.scalar(1));
        convolution.begin();
        for (Linear layer : List.of(input, select, steps)) {
            Recurrent.begin(layer);
        }
        if (steps instanceof Linear.Plain(Tensor _, Optional<Tensor> bias)) {
            bias.ifPresent(Steps::begin);
        }
    }
}
