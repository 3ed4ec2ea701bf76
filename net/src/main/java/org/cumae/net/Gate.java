package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// Which rows of a pass low-rank additions act on: those of masks. All others are computed as if
/// there were none, bit for bit.
sealed interface Gate {
    /// No row.
    Gate CLOSED = new Closed();

    /// All rows.
    Gate OPEN = new Open();

    /// What a layer gives.
    ///
    /// @param plain what it gives without an addition, `[tokens, out]`; may be written over
    /// @param x what it was given, `[tokens, in]`
    Tensor add(Tensor plain, Tensor x, LowRank added);

    /// See [#CLOSED].
    record Closed() implements Gate {
        @Override
        public Tensor add(Tensor plain, Tensor x, LowRank added) {
            return plain;
        }
    }

    /// See [#OPEN].
    record Open() implements Gate {
        @Override
        public Tensor add(Tensor plain, Tensor x, LowRank added) {
            return plain.add(added.forward(x));
        }
    }

    /// Some rows.
    ///
    /// @param rows `[masks] int64`
    record Some(Tensor rows, Rounding rounding) implements Gate {
        @Override
        public Tensor add(Tensor plain, Tensor x, LowRank added) {
            Tensor some = x.index_select(0, rows);
            return plain.index_add_(0, rows, rounding.each(some, added::forward));
        }
    }
}
