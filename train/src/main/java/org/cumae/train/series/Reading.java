package org.cumae.train.series;

import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Backbone;
import org.cumae.net.Past;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Reads vectors as they come: of the next ones, `[windows, count, width]`, what a body makes
/// behind all before them, `[windows * count, width]`.
@FunctionalInterface
interface Reading extends UnaryOperator<Tensor> {
    /// The fastest of a body. A sequence that has become too long for it is begun anew with its
    /// last vectors.
    ///
    /// @param body borrowed; without it vectors are what is made of them
    /// @param kept how many vectors are read again then
    static Reading of(Optional<Backbone> body, int kept) {
        return body.map(b -> b.config().rolls() ? anew(b, kept) : following(b, kept))
                .orElse(x -> x.flatten(0, 1));
    }

    /// Looks at keys and values of what was read before.
    static Reading following(Backbone body, int kept) {
        return new Reading() {
            private Past past = new Past();
            private Optional<Tensor> seen = Optional.empty();

            @Override
            public Tensor apply(Tensor x) {
                Tensor all = joined(seen, x);
                Tensor next = x;
                if (past.length() + x.size(1) > body.config().maxLength()) {
                    past = new Past();
                    next = last(all, kept);
                }
                seen = Optional.of(last(all, kept));
                return rows(body.hidden(next, past), x, next);
            }
        };
    }

    /// Reads all of it again.
    static Reading anew(Backbone body, int kept) {
        return new Reading() {
            private Optional<Tensor> seen = Optional.empty();

            @Override
            public Tensor apply(Tensor x) {
                Tensor all = joined(seen, x);
                if (all.size(1) > body.config().maxLength()) {
                    all = last(all, kept);
                }
                seen = Optional.of(all);
                return rows(body.hidden(all), x, all);
            }
        };
    }

    private static Tensor joined(Optional<Tensor> before, Tensor x) {
        return before.map(seen -> Ops.cat(List.of(seen, x), 1)).orElse(x);
    }

    private static Tensor last(Tensor all, int count) {
        long from = Math.max(0, all.size(1) - count);
        return all.narrow(1, from, all.size(1) - from);
    }

    /// Of what was made of more rows, the last, as many as are asked.
    private static Tensor rows(Tensor hidden, Tensor asked, Tensor read) {
        Tensor all = hidden.unflatten(0, read.size(0), read.size(1));
        return last(all, (int) asked.size(1)).flatten(0, 1);
    }
}
