package org.cumae.net;

import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;

/// A selective state space in which all channels of a head forget alike.
///
/// `h_t = exp(a_t) h_(t-1) + d_t x_t B_t`, `y_t = h_t C_t + D x_t`, with `d_t` the size of the step
/// of a head and `a_t = A d_t`. A stretch of rows is a product of matrices: `(L o C B^T) (d x)`,
/// with `L_ij` what is left of row `j` at row `i`; stretches are joined by their states.
///
/// @param shape its sizes
/// @param input the gate, the channels, `B` and `C`, and the sizes of steps, in one product
/// @param steps added to the sizes of steps, `[heads]`
/// @param logA `[heads]`, the logarithm of `-A`
/// @param skip `D`, `[heads]`
/// @param norm of what goes out
/// @see <a href="https://arxiv.org/abs/2405.21060">Dao and Gu 2024</a>
record Mamba2(
        int layer,
        Mixing.Mamba2 shape,
        Linear input,
        Convolution convolution,
        Tensor steps,
        Tensor logA,
        Tensor skip,
        Norm norm,
        Linear output)
        implements Recurrent {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        long inner = shape.inner();
        Tensor all = input.forward(x, pass.gate());
        List<Tensor> parts = Ops.split(all, 1, inner, all.size(1) - inner);
        Tensor y = pass.sight().roll(this, parts.getLast(), pass.rounding()); // [tokens, inner]
        Tensor gated = y.mul(pass.rounding().each(parts.getFirst(), torch::silu));
        return output.forward(norm.forward(gated), pass.gate());
    }

    @Override
    public List<long[]> memory() {
        return List.of(
                convolution.memory(), new long[] {shape.heads(), shape.headDim(), shape.state()});
    }

    @Override
    public Rolled roll(Tensor x, List<Tensor> memory) {
        long heads = shape.heads();
        long shared = (long) shape.groups() * shape.state();
        List<Tensor> read = Ops.split(x, 2, x.size(2) - heads, heads);
        Convolution.Convolved seen = convolution.over(read.getFirst(), memory.getFirst());
        List<Tensor> parts = Ops.split(seen.y(), 2, shape.inner(), shared, shared);
        Tensor u = parts.get(0).unflatten(2, heads, shape.headDim());
        Tensor in = byHead(parts.get(1)); // [sequences, length, heads, state]
        Tensor out = byHead(parts.get(2)); // same
        Tensor step =
                torch.softplus(read.getLast().add(steps))
                        .clamp(
                                new ScalarOptional(Ops.scalar(shape.leastStep())),
                                new ScalarOptional(Ops.scalar(shape.mostStep()))); // [.., heads]
        Tensor decay = step.mul(logA.exp().neg()); // [sequences, length, heads]
        Tensor added = u.mul(step.unsqueeze(3)); // [sequences, length, heads, headDim]
        Tensor state = memory.getLast();
        List<Tensor> said = new ArrayList<>();
        for (long from = 0; from < x.size(1); from += shape.chunk()) {
            long rows = Math.min(shape.chunk(), x.size(1) - from);
            Stretched stretched =
                    stretch(
                            decay.narrow(1, from, rows),
                            added.narrow(1, from, rows),
                            in.narrow(1, from, rows),
                            out.narrow(1, from, rows),
                            state);
            said.add(stretched.y);
            state = stretched.state;
        }
        Tensor y = Ops.cat(said, 1).add(u.mul(skip.unsqueeze(1))); // as u
        return new Rolled(y.flatten(2, 3), List.of(seen.last(), state));
    }

    /// Each group's share as often as heads use it.
    private Tensor byHead(Tensor x) {
        Tensor groups = x.unflatten(2, shape.groups(), shape.state());
        int each = shape.heads() / shape.groups();
        return each == 1 ? groups : Ops.repeat(groups, each, 2);
    }

    /// What came of a stretch.
    ///
    /// @param y `[sequences, rows, heads, headDim]`
    /// @param state after it, `[sequences, heads, headDim, state]`
    record Stretched(Tensor y, Tensor state) {}

    /// Works out a stretch by products of matrices.
    ///
    /// @param decay `[sequences, rows, heads]`
    /// @param added `[sequences, rows, heads, headDim]`
    /// @param in `[sequences, rows, heads, state]`
    /// @param out same
    /// @param state `[sequences, heads, headDim, state]`
    static Stretched stretch(Tensor decay, Tensor added, Tensor in, Tensor out, Tensor state) {
        long rows = decay.size(1);
        Tensor x = added.transpose(1, 2); // [sequences, heads, rows, headDim]
        Tensor b = in.transpose(1, 2); // [sequences, heads, rows, state]
        Tensor c = out.transpose(1, 2); // same
        Tensor a = decay.transpose(1, 2); // [sequences, heads, rows]
        Tensor since = a.cumsum(2); // what a state before the first row has lost at each
        Tensor left = since.unsqueeze(3).exp(); // [sequences, heads, rows, 1]
        Tensor old = c.matmul(state.transpose(2, 3)).mul(left);
        Tensor between = kept(a); // [sequences, heads, rows, rows]
        Tensor own = c.matmul(b.transpose(2, 3)).mul(between).matmul(x);
        Tensor rest = between.select(2, rows - 1).unsqueeze(3); // of each row at the last
        Tensor fresh = x.mul(rest).transpose(2, 3).matmul(b); // as state
        Tensor carried = state.mul(left.narrow(2, rows - 1, 1)).add(fresh);
        return new Stretched(old.add(own).transpose(1, 2), carried);
    }

    /// What is left of each row at each later one: sums of the decays between them, added up one by
    /// one and not taken as differences of large sums.
    ///
    /// @param a `[sequences, heads, rows]`
    /// @return `[sequences, heads, rows, rows]`; 0 above the diagonal
    private static Tensor kept(Tensor a) {
        long rows = a.size(2);
        Tensor each = a.unsqueeze(3).expand(a.size(0), a.size(1), rows, rows); // [.., i, j]: a_i
        return each.tril(-1).cumsum(2).exp().tril();
    }

    @Override
    public List<Linear> layers() {
        return List.of(input, output);
    }

    @Override
    public void begin() {
        Ops.uniform(logA, 1, 16).log_();
        skip.fill_(Ops.scalar(1));
        Steps.begin(steps);
        convolution.begin();
        Recurrent.begin(input);
    }
}
