package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;

/// A state space for each channel by itself whose matrix is `diag(a) - P P*`, as HiPPO's is in the
/// basis that makes its normal part diagonal: a long convolution over whole sequences, a recurrence
/// over rows.
///
/// Numbers stand for conjugate pairs, and what is said of a vector is of both halves. With the
/// bilinear rule the kernel's generating function is four sums over the states (Woodbury), and its
/// values at the roots of unity give the kernel. The paper learns `C (1 - A^L)`, which ties the
/// weights to a length; here `C` is learned and the factor worked out for the length that comes.
///
/// @param shape its sizes
/// @param modes the diagonal and the steps of each channel
/// @param low `P`, `[channels, pairs, 2]`
/// @param write `B`, same
/// @param read `C`, same
/// @param skip `D`, `[channels]`
/// @param output both halves of a gated product, `[2 width, width]`
/// @see <a href="https://arxiv.org/abs/2111.00396">Gu et al. 2021, S4</a>
record S4(
        int layer,
        Mixing.S4 shape,
        Modes modes,
        Tensor low,
        Tensor write,
        Tensor read,
        Tensor skip,
        Linear output)
        implements Recurrent {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        return GatedHalves.of(pass.sight().roll(this, x, pass.rounding()), output, pass);
    }

    @Override
    public List<long[]> memory() {
        return List.of(new long[] {skip.size(0), shape.state() / 2, 2});
    }

    @Override
    public Tensor whole(Tensor x) {
        return S4d.convolved(x, kernel(x.size(1))).add(x.mul(skip));
    }

    /// What an input is worth so many rows later.
    ///
    /// @return `[channels, length]`
    Tensor kernel(long length) {
        Tensor p = Modes.complex(low); // [channels, pairs]
        Tensor b = Modes.complex(write); // same
        Tensor c = cutOff(length); // same
        Tensor products =
                Ops.stack(List.of(c.mul(b), c.mul(p), p.conj().mul(b), p.conj().mul(p)), 1);
        Tensor step = modes.logStep().exp().unsqueeze(1).unsqueeze(2); // [channels, 1, 1]
        Tensor z = roots(length, step); // [roots]
        Tensor plus = z.add(Ops.scalar(1)); // 1 + z
        Tensor minus = z.neg().add(Ops.scalar(1)); // 1 - z
        Tensor a = modes.values().unsqueeze(2); // [channels, pairs, 1]
        Tensor half = step.mul(Ops.scalar(0.5));
        Tensor own = step.div(minus.sub(plus.mul(a.mul(half)))); // [channels, pairs, roots]
        Tensor other = step.div(minus.sub(plus.mul(a.conj().mul(half)))); // of the conjugates
        Tensor sums = products.matmul(own).add(products.conj().matmul(other)); // [ch, 4, roots]
        Tensor s = plus.mul(Ops.scalar(0.5));
        Tensor lowRank =
                s.mul(sums.select(1, 1))
                        .mul(sums.select(1, 2))
                        .div(s.mul(sums.select(1, 3)).add(Ops.scalar(1)));
        return torch.fft_irfft(
                sums.select(1, 0).sub(lowRank),
                new LongOptional(length),
                -1,
                new StringViewOptional()); // a real kernel: half of the roots tell all
    }

    /// The roots of unity `exp(-2 pi i k / length)` of the first half.
    private static Tensor roots(long length, Tensor like) {
        long count = length / 2 + 1;
        Tensor turns =
                torch.arange(Ops.scalar((double) count))
                        .to(like.dtype())
                        .mul(Ops.scalar(-2 * Math.PI / length));
        return Ops.complex(turns.cos(), turns.sin());
    }

    /// `C (1 - A^length)`: a kernel that ends after so many rows, of one that never does.
    private Tensor cutOff(long length) {
        Tensor c = Modes.complex(read); // [channels, pairs]
        Tensor both = Ops.cat(List.of(c, c.conj()), 1).unsqueeze(1); // [channels, 1, state]
        Tensor power = dense(); // [channels, state, state]
        Tensor left = both;
        for (long rest = length; rest > 0; rest /= 2) {
            if (rest % 2 == 1) {
                left = left.matmul(power);
            }
            power = rest > 1 ? power.matmul(power) : power;
        }
        return both.sub(left).squeeze(1).narrow(1, 0, c.size(1));
    }

    /// The discrete matrix of both halves, `[channels, state, state]`.
    private Tensor dense() {
        Stepping by = stepping();
        Tensor f = Ops.cat(List.of(by.inverse, by.inverse.conj()), 1).unsqueeze(2);
        Tensor e = Ops.cat(List.of(by.forward, by.forward.conj()), 1);
        Tensor half = Modes.complex(low);
        Tensor p = Ops.cat(List.of(half, half.conj()), 1).unsqueeze(2); // [channels, state, 1]
        Tensor right = torch.diag_embed(e).sub(p.matmul(p.conj().transpose(1, 2)));
        Tensor scaled = f.mul(right);
        Tensor rank = p.conj().transpose(1, 2).matmul(scaled); // [channels, 1, state]
        return scaled.sub(f.mul(p).matmul(rank).div(by.rest.unsqueeze(2)));
    }

    /// What a step is made of: `(2/d - A) x' = (2/d + A) x + 2 B u`.
    ///
    /// @param forward `2/d + a`, `[channels, pairs]`
    /// @param inverse `1 / (2/d - a)`, same
    /// @param rest `1 + P* inverse P`, `[channels, 1]` real
    private record Stepping(Tensor forward, Tensor inverse, Tensor rest) {}

    private Stepping stepping() {
        Tensor rate = modes.logStep().neg().exp().mul(Ops.scalar(2)).unsqueeze(1); // 2/d
        Tensor a = modes.values();
        Tensor inverse = rate.sub(a).reciprocal();
        Tensor size = low.square().sum(2); // |P|^2, [channels, pairs]
        return new Stepping(
                rate.add(a), inverse, twice(inverse.mul(size)).add(Ops.scalar(1)).unsqueeze(1));
    }

    /// The sum over conjugate pairs of what is given of one of each.
    private static Tensor twice(Tensor half) {
        return torch.real(half.sum(-1)).mul(Ops.scalar(2));
    }

    /// Row by row: what is remembered is of all rows, however many there are.
    @Override
    public Rolled roll(Tensor x, List<Tensor> memory) {
        Stepping by = stepping();
        Tensor p = Modes.complex(low);
        Tensor in = Modes.complex(write).mul(Ops.scalar(2));
        Tensor out = Modes.complex(read);
        Tensor away = by.inverse.mul(p); // [channels, pairs]
        Tensor state = Modes.complex(memory.getFirst()); // [sequences, channels, pairs]
        List<Tensor> said = new ArrayList<>();
        for (Tensor u : torch.unbind(x, 1).get()) { // [sequences, channels]
            Tensor along = twice(p.conj().mul(state)).unsqueeze(2);
            Tensor moved = by.forward.mul(state).sub(p.mul(along)).add(in.mul(u.unsqueeze(2)));
            Tensor back = moved.mul(by.inverse);
            Tensor lost = twice(p.conj().mul(back)).unsqueeze(2).div(by.rest);
            state = back.sub(away.mul(lost));
            said.add(twice(out.mul(state)));
        }
        Tensor y = Ops.stack(said, 1).add(x.mul(skip));
        return new Rolled(y, List.of(Modes.parts(state)));
    }

    @Override
    public List<Linear> layers() {
        return List.of(output);
    }

    /// HiPPO's scaled Legendre measure, the same for every channel.
    @Override
    public void begin() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            int state = shape.state();
            Start.LEGS.begin(state, modes.logDecay(), modes.frequency());
            Tensor turned = Hippo.basis(state).vectors().conj().t(); // [state, state]
            beginWith(low, turned, Hippo.low(state));
            beginWith(write, turned, Hippo.input(state));
        }
        Steps.beginLogarithms(modes.logStep());
        read.normal_(0, Math.sqrt(0.5), Ops.chance()); // complex numbers of variance 1
        skip.normal_(0, 1, Ops.chance());
    }

    /// A vector in the basis, one of each pair, those that turn fastest first, as [Start] has them.
    private static void beginWith(Tensor place, Tensor turned, double... vector) {
        Tensor plain = Tensor.create(vector, vector.length, 1);
        Tensor all = turned.matmul(Ops.complex(plain)).squeeze(1); // [state]
        long pairs = place.size(1);
        place.copy_(torch.view_as_real(all.narrow(0, pairs, pairs).flip(0)));
    }
}
