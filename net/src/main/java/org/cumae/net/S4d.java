package org.cumae.net;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;

/// A diagonal state space for each channel by itself, the same at every row: a long convolution
/// over sequences, a recurrence over rows.
///
/// @param shape its sizes
/// @param modes eigenvalues and steps of each channel
/// @param read `C`, `[channels, pairs, 2]`
/// @param skip `D`, `[channels]`
/// @param output both halves of a gated product, `[2 width, width]`
/// @see <a href="https://arxiv.org/abs/2206.11893">Gu et al. 2022</a>
record S4d(int layer, Mixing.S4d shape, Modes modes, Tensor read, Tensor skip, Linear output)
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
        return convolved(x, kernel(modes.powers(x.size(1)))).add(x.mul(skip));
    }

    /// What an input is worth so many rows later.
    ///
    /// @param powers `[channels, pairs, length + 1]`
    /// @return `[channels, length]`
    private Tensor kernel(Tensor powers) {
        Tensor weights = Modes.complex(read).mul(modes.taken()).unsqueeze(1); // [ch, 1, pairs]
        return torch.real(weights.matmul(powers.narrow(2, 0, powers.size(2) - 1)))
                .squeeze(1)
                .mul(Ops.scalar(2));
    }

    @Override
    public Rolled roll(Tensor x, List<Tensor> memory) {
        long length = x.size(1);
        Tensor before = Modes.complex(memory.getFirst()); // [sequences, channels, pairs]
        Tensor taken = modes.taken(); // [channels, pairs]
        Tensor out = Modes.complex(read); // same
        if (length == 1) {
            Tensor state =
                    before.mul(modes.turned().exp())
                            .add(x.squeeze(1).unsqueeze(2).mul(taken)); // as before
            Tensor y =
                    torch.real(state.mul(out).sum(2)).mul(Ops.scalar(2)); // [sequences, channels]
            return new Rolled(y.unsqueeze(1).add(x.mul(skip)), List.of(Modes.parts(state)));
        }
        Tensor powers = modes.powers(length); // [channels, pairs, length + 1]
        // what was there before the first row is read as it fades
        Tensor faded = before.mul(out).transpose(0, 1).matmul(powers.narrow(2, 1, length));
        Tensor old = torch.real(faded).permute(1, 2, 0).mul(Ops.scalar(2)); // as x
        Tensor fading = powers.narrow(2, 0, length).flip(2).transpose(1, 2); // [ch, length, pairs]
        Tensor fresh =
                Ops.complex(x)
                        .permute(2, 0, 1)
                        .matmul(fading)
                        .transpose(0, 1)
                        .mul(taken); // [sequences, channels, pairs]
        Tensor state = before.mul(powers.select(2, length)).add(fresh);
        Tensor y = convolved(x, kernel(powers)).add(old).add(x.mul(skip));
        return new Rolled(y, List.of(Modes.parts(state)));
    }

    /// Each channel with its kernel, by products of their spectra.
    ///
    /// @param x `[sequences, length, channels]`
    /// @param kernel `[channels, length]`
    /// @return as x
    static Tensor convolved(Tensor x, Tensor kernel) {
        Tensor u = x.transpose(1, 2); // [sequences, channels, length]
        long length = x.size(1);
        LongOptional twice =
                new LongOptional(2 * length); // so that the end does not meet the start
        StringViewOptional norm = new StringViewOptional();
        Tensor product =
                torch.fft_rfft(u, twice, -1, norm).mul(torch.fft_rfft(kernel, twice, -1, norm));
        return torch.fft_irfft(product, twice, -1, norm).narrow(2, 0, length).transpose(1, 2);
    }

    @Override
    public List<Linear> layers() {
        return List.of(output);
    }

    @Override
    public void begin() {
        shape.start().begin(shape.state(), modes.logDecay(), modes.frequency());
        Steps.beginLogarithms(modes.logStep());
        read.normal_(0, Math.sqrt(0.5), Ops.chance()); // complex numbers of variance 1
        skip.normal_(0, 1, Ops.chance());
    }
}
