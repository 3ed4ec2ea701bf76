package org.cumae.unit.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.Optional;

/// Vectors of length 1, of which a cell is the nearest.
///
/// @param book `[codes, width]`, of any length: only directions count
/// @see <a href="https://arxiv.org/abs/1711.00937">van den Oord et al. 2017, VQ-VAE</a>
/// @see <a href="https://arxiv.org/abs/2110.04627">Yu et al. 2021, on vectors of length 1</a>
record Codebook(Tensor book) implements Bottleneck {
    private static final double COMMITMENT = 0.25;
    private static final double EPSILON = 1e-12;

    @Override
    public int vocabulary() {
        return Math.toIntExact(book.size(0));
    }

    @Override
    public int perCell() {
        return 1;
    }

    /// Puts its vectors where cells are: in the middles of as many clusters of them. One that lost
    /// all its cells begins again at a cell by chance.
    ///
    /// @param read `[cells, width]`, at least as many as codes
    void settle(Tensor read, int rounds, Generator chance) {
        Tensor met = unit(read);
        long codes = book.size(0);
        book.copy_(some(met, codes, chance));
        for (int round = 0; round < rounds; round++) {
            Tensor nearest = codes(met).flatten();
            Tensor sums = torch.zeros_like(book).index_add_(0, nearest, met);
            Tensor counts =
                    torch.zeros(codes).index_add_(0, nearest, torch.ones(met.size(0))).unsqueeze(1);
            book.copy_(torch.where(counts.gt(Ops.scalar(0)), sums, some(met, codes, chance)));
        }
    }

    private static Tensor some(Tensor met, long count, Generator chance) {
        return met.index_select(0, Ops.shuffled(met.size(0), chance).narrow(0, 0, count));
    }

    /// What passes before there are codes: directions as they are read.
    ///
    /// @param read `[cells, width]`
    /// @return same
    Pinched free(Tensor read) {
        return new Pinched(unit(read), torch.zeros(read.size(0)));
    }

    private static Tensor unit(Tensor rows) {
        Tensor length = rows.square().sum(1).add(Ops.scalar(EPSILON)).sqrt();
        return rows.div(length.unsqueeze(1));
    }

    @Override
    public Tensor codes(Tensor read) {
        return torch.argmax(unit(read).mm(unit(book).t()), new LongOptional(1), true);
    }

    @Override
    public Tensor values(Tensor codes) {
        return unit(book).index_select(0, codes.flatten());
    }

    @Override
    public Pinched pinched(Tensor read, Optional<Generator> chance) {
        Tensor met = unit(read);
        Tensor chosen = values(codes(read.detach()));
        Tensor moved = chosen.sub(met.detach()).square().mean(1);
        Tensor committed = met.sub(chosen.detach()).square().mean(1);
        return new Pinched(
                met.add(chosen.sub(met).detach()),
                moved.add(committed.mul(Ops.scalar(COMMITMENT))));
    }

    @Override
    public float[] numbers(int... codes) {
        return new float[0];
    }

    @Override
    public int width() {
        return 0;
    }
}
