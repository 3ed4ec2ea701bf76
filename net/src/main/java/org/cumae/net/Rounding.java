package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// How far the last bits of a row's result may depend on the rows that share its pass.
///
/// Sums of many numbers round differently in another order, and fast loops choose their order by
/// how many rows there are. Where two tokens are nearly as probable, the last bits decide.
public enum Rounding {
    /// As is fastest.
    FREE,

    /// Not at all: rows attend one by one, each to the columns that it sees and no others, and what
    /// libtorch rounds by the number of rows is given one at a time. On the processor only.
    ALIKE;

    /// What becomes of rows.
    ///
    /// @param x `[rows, ...]`
    /// @param work acts on each row by itself but for rounding
    Tensor each(Tensor x, UnaryOperator<Tensor> work) {
        long rows = x.size(0);
        if (this == FREE || rows == 1) {
            return work.apply(x);
        }
        List<Tensor> parts = new ArrayList<>();
        for (long row = 0; row < rows; row++) {
            parts.add(work.apply(x.narrow(0, row, 1)));
        }
        return Ops.cat(parts, 0);
    }
}
