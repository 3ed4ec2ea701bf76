package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.picture.Autoencoder;
import org.cumae.net.picture.AutoencoderShape;
import org.cumae.net.picture.Supply;
import org.cumae.picture.GridCode;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Codes of a grid that convolutional networks read and write, each cell seeing what is around it.
///
/// Its weights are native memory that lives as long as it does.
public final class LearnedCode implements GridCode {
    private final BottleneckShape pinch;
    private final Autoencoder net;
    private final Bottleneck bottleneck;
    private final NamedWeights weights;
    private final int down;
    private final int across;

    /// One whose weights come from somewhere.
    ///
    /// @param shape of the networks; reads and writes as many numbers as the bottleneck has
    /// @param down rows of cells
    /// @param across columns of cells
    LearnedCode(
            AutoencoderShape shape, BottleneckShape pinch, int down, int across, Supply supply) {
        Check.argument(
                down > 0 && across > 0, "a grid of %d x %d cells; take 1 or more", down, across);
        Libtorch.load();
        this.pinch = pinch;
        this.down = down;
        this.across = across;
        try (var _ = new PointerScope()) {
            this.net = Autoencoder.of(shape, supply);
            this.bottleneck = pinch.of(supply);
        }
        this.weights = new NamedWeights(supply.given());
    }

    private LearnedCode(
            BottleneckShape pinch,
            Autoencoder net,
            Bottleneck bottleneck,
            NamedWeights weights,
            int down,
            int across) {
        this.pinch = pinch;
        this.net = net;
        this.bottleneck = bottleneck;
        this.weights = weights;
        this.down = down;
        this.across = across;
    }

    /// Weights by chance, to be trained.
    ///
    /// @param like a picture, whose sides are multiples of a cell's
    /// @param cell the side of a cell in pixels, a power of two
    /// @param base channels of the networks at full size
    /// @param pinch what codes there are
    /// @param seed of libtorch's generator; equal seeds begin alike
    public static LearnedCode fresh(
            Raster like, int cell, int base, BottleneckShape pinch, long seed) {
        Check.argument(
                Integer.bitCount(cell) == 1,
                "a cell has side %d; learned codes halve pictures, so take a power of two",
                cell);
        Check.argument(
                like.rows() % cell == 0 && like.columns() % cell == 0,
                "%s cannot be cut into cells of side %d; crop it",
                like,
                cell);
        Libtorch.load();
        torch.manual_seed(seed);
        List<Integer> multiples = new ArrayList<>();
        for (int side = 1; side <= cell; side *= 2) {
            multiples.add(Math.min(side, 2));
        }
        return new LearnedCode(
                new AutoencoderShape(
                        like.channels(), base, multiples, 1, true, pinch.out(), pinch.in()),
                pinch,
                like.rows() / cell,
                like.columns() / cell,
                Supply.fresh());
    }

    /// The same bits cut into another number of codes. Shares the weights.
    ///
    /// @throws IllegalArgumentException if it has a book, or the bits cannot be cut so
    public LearnedCode cut(int parts) {
        Check.argument(
                pinch instanceof BottleneckShape.Binary,
                "codes of %s are nearest vectors and no bits, which alone can be cut",
                pinch);
        BottleneckShape.Binary other = new BottleneckShape.Binary(pinch.out(), parts);
        return new LearnedCode(
                other, net, new Bits(parts, ((Bits) bottleneck).table()), weights, down, across);
    }

    /// The shape of its networks.
    public AutoencoderShape shape() {
        return net.shape();
    }

    /// What codes there are.
    public BottleneckShape pinch() {
        return pinch;
    }

    /// All that is learned, borrowed, always in the same order.
    public List<Tensor> weights() {
        return weights.all();
    }

    /// As they stand in a file. Needs a scope that is open until they are written.
    List<NewTensor> files() {
        return weights.files();
    }

    /// Rounds all weights as a file has them, so that codes stay what they are when they are read
    /// from one.
    public void round() {
        weights.round();
    }

    /// Pictures as they come back, with gradients to the weights, and the loss of the codes. Needs
    /// an open scope.
    ///
    /// @param pixels `[pictures, channels, rows, columns]` in [0, 1]
    /// @param chance of training
    public Back back(Tensor pixels, Optional<Generator> chance) {
        Tensor read = cells(net.read(pixels));
        Bottleneck.Pinched pinched = bottleneck.pinched(read, chance);
        return new Back(net.write(grid(pinched.values())), pinched.losses().mean());
    }

    /// What came back.
    ///
    /// @param pixels as they were given
    /// @param loss of the codes themselves, `[]`
    public record Back(Tensor pixels, Tensor loss) {}

    /// `[pictures * cells, numbers]` of `[pictures, numbers, down, across]`.
    private static Tensor cells(Tensor grid) {
        return grid.flatten(2, 3).transpose(1, 2).flatten(0, 1);
    }

    private Tensor grid(Tensor cells) {
        long pictures = cells.size(0) / ((long) down * across);
        return cells.view(pictures, (long) down * across, cells.size(1))
                .transpose(1, 2)
                .reshape(pictures, cells.size(1), down, across);
    }

    @Override
    public int rows() {
        return down * net.shape().cell();
    }

    @Override
    public int columns() {
        return across * net.shape().cell();
    }

    @Override
    public int channels() {
        return net.shape().channels();
    }

    @Override
    public int down() {
        return down;
    }

    @Override
    public int across() {
        return across;
    }

    @Override
    public int vocabulary() {
        return bottleneck.vocabulary();
    }

    @Override
    public int perCell() {
        return bottleneck.perCell();
    }

    @Override
    public float[] numbers(int... codes) {
        return bottleneck.numbers(codes);
    }

    @Override
    public int width() {
        return bottleneck.width();
    }

    @Override
    public int[] read(Raster picture) {
        Check.argument(
                picture.rows() == rows()
                        && picture.columns() == columns()
                        && picture.channels() == channels(),
                "%s is read as %d x %d pixels of %d channels; crop or resample it",
                picture,
                columns(),
                rows(),
                channels());
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return Ops.ints(
                    bottleneck.codes(cells(net.read(Pixels.of(List.of(picture))))).flatten());
        }
    }

    /// Cells of which a code is not known are written from nothing.
    @Override
    public Raster write(int... codes) {
        Check.argument(
                codes.length == length(),
                "a picture of %d codes is written with %d",
                length(),
                codes.length);
        int each = perCell();
        boolean[] unknown = new boolean[down * across];
        int[] filled = new int[codes.length];
        for (int place = 0; place < codes.length; place++) {
            unknown[place / each] |= codes[place] == UNKNOWN;
            Check.argument(
                    codes[place] == UNKNOWN || span(place % each).contains(codes[place]),
                    "place %d has code %d; its codes are [%d, %d)",
                    place,
                    codes[place],
                    span(place % each).from(),
                    span(place % each).to());
            filled[place] = codes[place] == UNKNOWN ? span(place % each).from() : codes[place];
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] known = new float[unknown.length];
            for (int cell = 0; cell < known.length; cell++) {
                known[cell] = unknown[cell] ? 0 : 1;
            }
            Tensor values =
                    bottleneck
                            .values(Ops.ids(filled).view(-1, each))
                            .mul(Tensor.create(known, known.length, 1));
            float[] pixels = Ops.floats(net.write(grid(values)));
            int area = rows() * columns();
            return Raster.of(
                    rows(),
                    columns(),
                    channels(),
                    (y, x, c) -> pixels[c * area + y * columns() + x]);
        }
    }

    @Override
    public String toString() {
        return "%d x %d cells of %s, %s".formatted(down, across, pinch, net.shape().multiples());
    }
}
