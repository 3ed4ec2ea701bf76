package org.cumae.net;

import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
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
        Tensor in = byGroup(parts.get(1)); // [sequences, length, groups, state]
        Tensor out = byGroup(parts.get(2)); // same
        Tensor step =
                torch.softplus(read.getLast().add(steps))
                        .clamp(
                                new ScalarOptional(Ops.scalar(shape.leastStep())),
                                new ScalarOptional(Ops.scalar(shape.mostStep()))); // [.., heads]
        Tensor decay = step.mul(logA.exp().neg()); // [sequences, length, heads]
        Tensor added = u.mul(step.unsqueeze(3)); // [sequences, length, heads, headDim]
        Stretched all = stretches(shape.chunk(), decay, added, in, out, memory.getLast());
        Tensor y = all.y.add(u.mul(skip.unsqueeze(1))); // as u
        return new Rolled(y.flatten(2, 3), List.of(seen.last(), all.state));
    }

    private Tensor byGroup(Tensor x) {
        return x.unflatten(2, shape.groups(), shape.state());
    }

    /// What came of rows.
    ///
    /// @param y `[sequences, rows, heads, headDim]`
    /// @param state after them, `[sequences, heads, headDim, state]`
    record Stretched(Tensor y, Tensor state) {}

    /// Goes along rows, stretch by stretch.
    ///
    /// @param chunk rows of a stretch
    /// @param decay `[sequences, rows, heads]`
    /// @param added `[sequences, rows, heads, headDim]`
    /// @param in what each group of heads writes with, `[sequences, rows, groups, state]`
    /// @param out what it reads with, same
    /// @param state `[sequences, heads, headDim, state]`
    static Stretched stretches(
            int chunk, Tensor decay, Tensor added, Tensor in, Tensor out, Tensor state) {
        long[] rows = stretches(chunk, decay.size(1));
        List<Tensor> decays = Ops.split(decay, 1, rows);
        List<Tensor> adds = Ops.split(added, 1, rows);
        List<Tensor> ins = Ops.split(in, 1, rows);
        List<Tensor> outs = Ops.split(out, 1, rows);
        Tensor hidden = hidden(rows[0], decay);
        List<Tensor> said = new ArrayList<>();
        Tensor carried = state;
        for (int i = 0; i < rows.length; i++) {
            Tensor unseen = hidden.narrow(0, 0, rows[i]).narrow(1, 0, rows[i]);
            Stretched one =
                    stretch(decays.get(i), adds.get(i), ins.get(i), outs.get(i), carried, unseen);
            said.add(one.y);
            carried = one.state;
        }
        return new Stretched(Ops.cat(said, 1), carried);
    }

    private static long[] stretches(int chunk, long rows) {
        long[] each = new long[Math.toIntExact((rows + chunk - 1) / chunk)];
        Arrays.fill(each, chunk);
        each[each.length - 1] = rows - (long) chunk * (each.length - 1);
        return each;
    }

    /// Minus infinity above the diagonal, added to logarithms: a row sees none behind it.
    private static Tensor hidden(long rows, Tensor like) {
        return torch.zeros(new long[] {rows, rows}, like.options())
                .fill_(Ops.scalar(Double.NEGATIVE_INFINITY))
                .triu(1);
    }

    /// Works out a stretch by products of matrices. All heads of a group read the same of a row, so
    /// what is theirs together is one product.
    private static Stretched stretch(
            Tensor decay, Tensor added, Tensor in, Tensor out, Tensor state, Tensor hidden) {
        long groups = in.size(2);
        long each = decay.size(2) / groups;
        long headDim = added.size(3);
        Tensor x = added.transpose(1, 2); // [sequences, heads, rows, headDim]
        Tensor b = in.transpose(1, 2); // [sequences, groups, rows, state]
        Tensor c = out.transpose(1, 2); // same
        // sums to double, since differences of long ones are taken; they are few
        Tensor since =
                decay.transpose(1, 2)
                        .to(ScalarType.Double)
                        .cumsum(2)
                        .to(decay.scalar_type()); // [sequences, heads, rows]
        Tensor kept =
                since.unsqueeze(3)
                        .sub(since.unsqueeze(2))
                        .add_(hidden)
                        .exp_(); // what is left of each row at each later one
        Tensor scores = c.matmul(b.transpose(2, 3)); // [sequences, groups, rows, rows]
        Tensor own =
                kept.unflatten(1, groups, each)
                        .mul(scores.unsqueeze(2))
                        .flatten(1, 2)
                        .matmul(x); // as x
        Tensor before = state.unflatten(1, groups, each).flatten(2, 3); // [.., each headDim, state]
        Tensor old =
                c.matmul(before.transpose(2, 3))
                        .unflatten(3, each, headDim)
                        .transpose(2, 3)
                        .flatten(1, 2); // as x
        Tensor last = since.narrow(2, since.size(2) - 1, 1); // [sequences, heads, 1]
        Tensor rest = x.mul(last.sub(since).exp().unsqueeze(3)); // of each row at the last
        Tensor fresh =
                rest.transpose(2, 3)
                        .unflatten(1, groups, each)
                        .flatten(2, 3)
                        .matmul(b)
                        .unflatten(2, each, headDim)
                        .flatten(1, 2); // as state
        Tensor y = torch.addcmul(own, old, since.exp().unsqueeze(3));
        Tensor after = torch.addcmul(fresh, state, last.exp().unsqueeze(3));
        return new Stretched(y.transpose(1, 2), after);
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
