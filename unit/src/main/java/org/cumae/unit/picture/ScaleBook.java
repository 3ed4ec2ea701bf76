package org.cumae.unit.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.cumae.net.picture.Supply;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One book for all scales of a grid of vectors, nearest by plain distance, and the convolutions
/// that smooth what a scale tells once it is as large as the grid: half of it stays as it is, the
/// other half is convolved (VAR's phi with ratio 0.5).
///
/// Code 0 stands for nothing and is not learned, since a small book without it diverges. So that it
/// tells nothing either, convolutions have no bias, where VAR's have one.
///
/// Needs an open scope.
///
/// @param shape its sizes
/// @param book what the codes from 1 on stand for, `[codes - 1, width]`
/// @param kernels of each scale, some the same, `[width, width, 3, 3]`
/// @see <a href="https://arxiv.org/abs/2404.02905">Tian et al. 2024, VAR</a>
record ScaleBook(PyramidShape shape, Tensor book, List<Tensor> kernels) {
    private static final double RATIO = 0.5; // of what is convolved
    private static final double COMMITMENT = 0.25;
    private static final double EPSILON = 1e-9; // of a distance, so that each has a chance
    private static final long REACH = 1; // of a convolution

    static ScaleBook of(PyramidShape shape, Supply supply) {
        Tensor book = supply.weight("book", shape.codes() - 1L, shape.width());
        Map<Integer, Tensor> made = new HashMap<>();
        List<Tensor> kernels = new ArrayList<>();
        for (int scale = 0; scale < shape.sides().size(); scale++) {
            kernels.add(
                    made.computeIfAbsent(
                            shape.kernel(scale),
                            each ->
                                    supply.weight(
                                            "phi.%d.weight".formatted(each),
                                            shape.width(),
                                            shape.width(),
                                            1 + 2 * REACH,
                                            1 + 2 * REACH)));
        }
        return new ScaleBook(shape, book, List.copyOf(kernels));
    }

    /// Begins anew: all codes stand for nothing, and convolutions change nothing, so that codes can
    /// be put where vectors lie.
    void clear() {
        book.zero_();
        for (Tensor kernel : kernels) {
            kernel.zero_();
            kernel.select(3, REACH).select(2, REACH).copy_(torch.eye(shape.width()));
        }
    }

    /// What all codes stand for, `[codes, width]`.
    private Tensor table() {
        return Ops.cat(List.of(torch.zeros(1, shape.width()), book), 0);
    }

    /// A grid pooled to a scale's side: each cell the mean of those that it touches.
    ///
    /// @param grid `[pictures, width, side, side]`
    Tensor pooled(int scale, Tensor grid) {
        long side = shape.sides().get(scale);
        return side == shape.side() ? grid : torch.adaptive_avg_pool2d(grid, side, side);
    }

    /// The nearest codes of a scale.
    ///
    /// @param pooled `[pictures, width, side, side]`, of the scale's side
    /// @return `[pictures * side * side] int64`, picture by picture and row by row
    private static Tensor nearest(Tensor pooled, Tensor table) {
        Tensor cells = CellNet.cells(pooled);
        Tensor nearness = table.square().sum(1).sub(cells.mm(table.t()).mul(Ops.scalar(2)));
        return torch.argmin(nearness, new LongOptional(1), false);
    }

    /// What a scale adds to the grid.
    ///
    /// @param codes `[pictures * side * side] int64`, of the scale's side
    /// @return `[pictures, width, side, side]`, of the grid's
    Tensor told(int scale, Tensor codes) {
        return told(scale, codes, table());
    }

    private Tensor told(int scale, Tensor codes, Tensor table) {
        long side = shape.sides().get(scale);
        Tensor small =
                table.index_select(0, codes)
                        .view(-1, side * side, shape.width())
                        .transpose(1, 2)
                        .reshape(-1, shape.width(), side, side);
        long[] whole = {shape.side(), shape.side()};
        Tensor large = side == shape.side() ? small : torch.upsample_bicubic2d(small, whole, false);
        long[] one = {1, 1};
        long[] reach = {REACH, REACH};
        Tensor smooth =
                torch.conv2d(large, kernels.get(scale), new TensorOptional(), one, reach, one, 1);
        return large.mul(Ops.scalar(1 - RATIO)).add(smooth.mul(Ops.scalar(RATIO)));
    }

    /// A scale as it was read.
    ///
    /// @param met what its codes were chosen for, `[pictures, width, side, side]` of its own side
    /// @param codes `[pictures * side * side] int64`
    /// @param told by it and all before it, `[pictures, width, side, side]` of the grid's
    /// @param owed by them, same
    record Scale(Tensor met, Tensor codes, Tensor told, Tensor owed) {}

    /// Reads a grid scale by scale, with gradients from what is told to the book.
    ///
    /// @param read `[pictures, width, side, side]`
    List<Scale> scales(Tensor read) {
        Tensor table = table();
        Tensor told = torch.zeros_like(read);
        Tensor owed = read.detach();
        List<Scale> scales = new ArrayList<>();
        for (int scale = 0; scale < shape.sides().size(); scale++) {
            Tensor met = pooled(scale, owed);
            Tensor codes = nearest(met, table.detach());
            Tensor more = told(scale, codes, table);
            told = told.add(more);
            owed = owed.sub(more.detach());
            scales.add(new Scale(met, codes, told, owed));
        }
        return scales;
    }

    /// What passes in training, and its loss: what is told behind every scale shall be near to the
    /// whole grid, and, a quarter of that, the grid to it. The gradient passes by the codes.
    ///
    /// @param read `[pictures, width, side, side]`
    /// @return the same shape; the loss is `[]`
    Bottleneck.Pinched pinched(Tensor read) {
        Tensor loss = torch.zeros();
        List<Scale> scales = scales(read);
        for (Scale scale : scales) {
            Tensor moved = scale.told.sub(read.detach()).square().mean();
            Tensor committed = scale.told.detach().sub(read).square().mean();
            loss = loss.add(moved).add(committed.mul(Ops.scalar(COMMITMENT)));
        }
        Tensor told = scales.getLast().told;
        return new Bottleneck.Pinched(
                read.add(told.sub(read).detach()), loss.div(Ops.scalar((double) scales.size())));
    }

    /// Puts codes where vectors lie: rounds of reading and of moving each code to the mean of what
    /// it was chosen for, on all scales. A code that nothing chose begins again at a vector that
    /// was met, the likelier one the farther it is from its code.
    ///
    /// @param read `[pictures, width, side, side]`, in all at least as many places as codes
    void settle(Tensor read, int rounds, Generator chance) {
        long learned = book.size(0);
        for (int round = 0; round < rounds; round++) {
            List<Scale> scales = scales(read);
            Tensor met = Ops.cat(scales.stream().map(each -> CellNet.cells(each.met)).toList(), 0);
            Tensor codes = Ops.cat(scales.stream().map(Scale::codes).toList(), 0);
            Tensor missed = met.sub(table().index_select(0, codes)).square().sum(1);
            Tensor some =
                    met.index_select(
                            0,
                            missed.add(Ops.scalar(EPSILON))
                                    .multinomial(learned, false, new GeneratorOptional(chance)));
            Tensor sums = torch.zeros(shape.codes(), shape.width()).index_add_(0, codes, met);
            Tensor counts =
                    torch.zeros(shape.codes()).index_add_(0, codes, torch.ones(codes.size(0)));
            Tensor chosen = counts.narrow(0, 1, learned).unsqueeze(1);
            Tensor means = sums.narrow(0, 1, learned).div(chosen.clamp_min(Ops.scalar(1)));
            book.copy_(torch.where(chosen.gt(Ops.scalar(0)), means, some));
        }
    }
}
