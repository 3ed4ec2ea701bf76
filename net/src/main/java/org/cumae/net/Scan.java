package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;

/// The linear recurrence `h_t = a_t h_(t-1) + b_t`.
final class Scan {
    /// Numbers of a row from which on going row by row is faster: a call then takes longer over its
    /// numbers than to be made, and doubling goes over all of them once for each bit of the length.
    private static final long WIDE = 1 << 13;

    private Scan() {}

    /// All states.
    ///
    /// @param a `[sequences, length, ...]`
    /// @param b same
    /// @param before the state before the first row, `[sequences, ...]`
    /// @return same as `a`
    static Tensor states(Tensor a, Tensor b, Tensor before) {
        return before.numel() < WIDE ? doubling(a, b, before) : rowByRow(a, b, before);
    }

    /// After `k` steps each row knows of the `2^k` rows up to it.
    static Tensor doubling(Tensor a, Tensor b, Tensor before) {
        long length = b.size(1);
        Tensor first = b.narrow(1, 0, 1).add(a.narrow(1, 0, 1).mul(before.unsqueeze(1)));
        Tensor h = length == 1 ? first : Ops.cat(List.of(first, b.narrow(1, 1, length - 1)), 1);
        Tensor decay = a;
        for (long reach = 1; reach < length; reach *= 2) {
            long rest = length - reach;
            Tensor late = decay.narrow(1, reach, rest);
            Tensor further = h.narrow(1, reach, rest).add(late.mul(h.narrow(1, 0, rest)));
            h = Ops.cat(List.of(h.narrow(1, 0, reach), further), 1);
            if (2 * reach < length) {
                Tensor both = late.mul(decay.narrow(1, 0, rest));
                decay = Ops.cat(List.of(decay.narrow(1, 0, reach), both), 1);
            }
        }
        return h;
    }

    /// As it is written, one row after the other.
    static Tensor rowByRow(Tensor a, Tensor b, Tensor before) {
        Tensor[] stays = torch.unbind(a, 1).get(); // the gradients of all are joined in one go
        Tensor[] comes = torch.unbind(b, 1).get();
        List<Tensor> states = new ArrayList<>();
        Tensor h = before;
        for (int row = 0; row < stays.length; row++) {
            h = torch.addcmul(comes[row], stays[row], h);
            states.add(h);
        }
        return Ops.stack(states, 1);
    }
}
