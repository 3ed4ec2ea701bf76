package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.List;

/// The linear recurrence `h_t = a_t h_(t-1) + b_t`.
final class Scan {
    private Scan() {}

    /// All states, by doubling: after `k` steps each row knows of the `2^k` rows up to it.
    ///
    /// @param a `[sequences, length, ...]`
    /// @param b same, or what it can be multiplied to
    /// @param before the state before the first row, `[sequences, ...]`
    /// @return as `a b`
    static Tensor states(Tensor a, Tensor b, Tensor before) {
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
}
