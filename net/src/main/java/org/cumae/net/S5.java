package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;

/// One diagonal state space that all channels write to and read from, the same at every row: a scan
/// over sequences, a recurrence over rows.
///
/// @param shape its sizes
/// @param modes eigenvalues and steps, each state with its own: `[pairs]` steps, `[pairs, 1]`
///   values
/// @param write `B`, `[pairs, width, 2]`
/// @param read `C`, `[width, pairs, 2]`
/// @param skip `D`, `[width]`
/// @param output a gate, `[width, width]`
/// @see <a href="https://arxiv.org/abs/2208.04933">Smith et al. 2022</a>
record S5(
        int layer,
        Mixing.S5 shape,
        Modes modes,
        Tensor write,
        Tensor read,
        Tensor skip,
        Linear output)
        implements Recurrent {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor y = pass.sight().roll(this, x, pass.rounding()); // [tokens, width]
        Tensor bent = pass.rounding().each(y, row -> torch.gelu(row, "none"));
        Tensor gate = output.forward(bent, pass.gate());
        return bent.mul(pass.rounding().each(gate, torch::sigmoid));
    }

    @Override
    public List<long[]> memory() {
        return List.of(new long[] {shape.state() / 2, 2});
    }

    @Override
    public Rolled roll(Tensor x, List<Tensor> memory) {
        Tensor before = Modes.complex(memory.getFirst()); // [sequences, pairs]
        Tensor in = Modes.complex(write).mul(modes.taken()); // [pairs, width]
        Tensor comes = Ops.complex(x).matmul(in.t()); // [.., length, pairs]
        Tensor stays = modes.turned().exp().squeeze(1).expand(comes.sizes()); // same
        Tensor states = Scan.states(stays, comes, before); // same
        Tensor y = torch.real(states.matmul(Modes.complex(read).t())).mul(Ops.scalar(2)); // as x
        Tensor last = states.select(1, x.size(1) - 1);
        return new Rolled(y.add(x.mul(skip)), List.of(Modes.parts(last)));
    }

    @Override
    public List<Linear> layers() {
        return List.of(output);
    }

    @Override
    public void begin() {
        int blocks = shape.blocks();
        int each = shape.state() / blocks;
        for (int block = 0; block < blocks; block++) {
            shape.start()
                    .begin(
                            each,
                            modes.logDecay()
                                    .narrow(0, (long) block * each / 2, each / 2)
                                    .squeeze(1),
                            modes.frequency()
                                    .narrow(0, (long) block * each / 2, each / 2)
                                    .squeeze(1));
        }
        Steps.beginLogarithms(modes.logStep());
        double width = skip.size(0);
        write.normal_(0, 1 / Math.sqrt(width), Ops.chance());
        read.normal_(0, 1 / Math.sqrt(shape.state()), Ops.chance());
        skip.normal_(0, 1, Ops.chance());
    }
}
