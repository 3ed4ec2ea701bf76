package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ranks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A part in which rows learn of each other, and as a rule a feed-forward part; each adds to what
/// came in.
///
/// @param modulation what the condition of a row does to it
record Block(Norm before, Mixer mixer, Optional<Feed> feed, Optional<Modulation> modulation) {
    Block(Norm before, Mixer mixer, Optional<Feed> feed) {
        this(before, mixer, feed, Optional.empty());
    }

    /// The feed-forward part, and the norm before it.
    record Feed(Norm before, Mlp mlp) {
        /// What it adds to rows, each by itself.
        Tensor added(Tensor rows, Pass pass) {
            return pass.thinned(mlp.forward(before.forward(rows), pass));
        }
    }

    Tensor forward(Tensor x, Pass pass) {
        if (modulation.isPresent()) {
            return forward(x, pass, modulation.get().of(pass.conditions().orElseThrow()));
        }
        Tensor mixed = pass.thinned(mixer.forward(before.forward(x), pass)); // same
        Tensor seen =
                pass.skips().map(skips -> skips.mixed(x, mixed)).orElseGet(() -> x.add(mixed));
        return feed.map(part -> fed(part, seen, pass)).orElse(seen);
    }

    private static Tensor fed(Feed part, Tensor seen, Pass pass) {
        return pass.skips()
                .map(
                        skips ->
                                skips.through(
                                        seen,
                                        rows -> part.added(rows, pass),
                                        pass.gate() instanceof Gate.Some))
                .orElseGet(() -> seen.add(part.added(seen, pass)));
    }

    /// This process's share of a block whose parts each add up over all ranks.
    Block addedUpBy(Ranks ranks) {
        Mixer summed =
                switch (mixer) {
                    case Attention attention -> attention.addedUpBy(ranks);
                    case Recurrent _ ->
                            throw new IllegalStateException("a layer that rolls is not shared");
                };
        return new Block(
                before,
                summed,
                feed.map(part -> new Feed(part.before, part.mlp.addedUpBy(ranks))),
                modulation);
    }

    private Tensor forward(Tensor x, Pass pass, Modulation.Of by) {
        Tensor mixed = mixer.forward(by.reading(0, before.forward(x)), pass);
        Tensor seen = x.add(pass.thinned(by.adding(0, mixed))); // same
        return feed.map(
                        part -> {
                            Tensor read = by.reading(1, part.before.forward(seen));
                            Tensor made = part.mlp.forward(read, pass);
                            return seen.add(pass.thinned(by.adding(1, made)));
                        })
                .orElse(seen);
    }

    /// All linear layers from and to the residual stream.
    List<Linear> layers() {
        List<Linear> layers = new ArrayList<>(mixer.layers());
        feed.ifPresent(part -> layers.addAll(part.mlp.layers()));
        return layers;
    }
}
