package org.cumae.decode.speculative;

import java.util.List;

/// Draft and target run the same exponential race: the draft's winner is accepted if it is the
/// target's as well.
///
/// With `E` the noise of a position, the draft proposes `argmin E/q` and the target takes `argmin
/// E/p`, so that the text is a function of seed and target alone, as with [Match], while the two
/// agree with probability `sum_i 1 / sum_j max(p_j/p_i, q_j/q_i)`: at least `(1-d)/(1+d)` at total
/// variation `d`. A draft without laws is taken as [Match] takes it.
///
/// @see <a href="https://arxiv.org/abs/2408.07978">Daliri, Musco, Suresh 2024, drafter-invariant
///   speculative decoding</a>
public record Gumbel() implements Law {
    @Override
    public String name() {
        return "gumbel";
    }

    @Override
    public List<Manner> takes() {
        return List.of(Manner.RACED, Manner.CHOSEN);
    }

    @Override
    public boolean keepsNoise() {
        return true;
    }

    @Override
    public Verdict verify(Round round) {
        return Match.follow(round);
    }
}
