package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ranks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A part in which rows learn of each other, and as a rule a feed-forward part; each adds to what
/// came in.
record Block(Norm before, Mixer mixer, Optional<Feed> feed) {
    /// The feed-forward part, and the norm before it.
    record Feed(Norm before, Mlp mlp) {}

    Tensor forward(Tensor x, Pass pass) {
        Tensor seen = x.add(pass.thinned(mixer.forward(before.forward(x), pass))); // same
        return feed.map(
                        part -> {
                            Tensor read = part.before.forward(seen);
                            return seen.add(pass.thinned(part.mlp.forward(read, pass)));
                        })
                .orElse(seen);
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
                before, summed, feed.map(part -> new Feed(part.before, part.mlp.addedUpBy(ranks))));
    }

    /// All linear layers from and to the residual stream.
    List<Linear> layers() {
        List<Linear> layers = new ArrayList<>(mixer.layers());
        feed.ifPresent(part -> layers.addAll(part.mlp.layers()));
        return layers;
    }
}
