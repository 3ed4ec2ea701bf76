package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.picture.Autoencoder;
import org.cumae.net.picture.AutoencoderShape;
import org.cumae.net.picture.Supply;
import org.cumae.picture.GridCode;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;

import java.util.List;
import java.util.Optional;

/// Codes of a grid that convolutional networks read and write, each cell seeing what is around it.
///
/// Its weights are native memory that lives as long as it does.
public final class LearnedCode implements GridCode, Learned {
    private final BottleneckShape pinch;
    private final CellNet net;
    private final Bottleneck bottleneck;
    private final NamedWeights weights;

    /// One whose weights come from somewhere.
    ///
    /// @param shape of the networks; reads and writes as many numbers as the bottleneck has
    /// @param down rows of cells
    /// @param across columns of cells
    LearnedCode(
            AutoencoderShape shape, BottleneckShape pinch, int down, int across, Supply supply) {
        Libtorch.load();
        this.pinch = pinch;
        try (var _ = new PointerScope()) {
            this.net = new CellNet(Autoencoder.of(shape, supply), down, across);
            this.bottleneck = pinch.of(supply);
        }
        this.weights = new NamedWeights(supply.given());
    }

    private LearnedCode(
            BottleneckShape pinch, CellNet net, Bottleneck bottleneck, NamedWeights weights) {
        this.pinch = pinch;
        this.net = net;
        this.bottleneck = bottleneck;
        this.weights = weights;
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
        AutoencoderShape shape = CellNet.shape(like, cell, base, pinch.out(), pinch.in());
        Libtorch.load();
        torch.manual_seed(seed);
        return new LearnedCode(
                shape, pinch, like.rows() / cell, like.columns() / cell, Supply.fresh());
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
        return new LearnedCode(other, net, new Bits(parts, ((Bits) bottleneck).table()), weights);
    }

    /// The shape of its networks.
    public AutoencoderShape shape() {
        return net.shape();
    }

    /// What codes there are.
    public BottleneckShape pinch() {
        return pinch;
    }

    @Override
    public List<Tensor> weights() {
        return weights.all();
    }

    /// As they stand in a file. Needs a scope that is open until they are written.
    List<NewTensor> files() {
        return weights.files();
    }

    @Override
    public void round() {
        weights.round();
    }

    @Override
    public Back back(Tensor pixels, Optional<Generator> chance) {
        Tensor read = CellNet.cells(net.net().read(pixels));
        Bottleneck.Pinched pinched = bottleneck.pinched(read, chance);
        return new Back(net.net().write(net.grid(pinched.values())), pinched.losses().mean());
    }

    @Override
    public int rows() {
        return net.rows();
    }

    @Override
    public int columns() {
        return net.columns();
    }

    @Override
    public int channels() {
        return net.channels();
    }

    @Override
    public int down() {
        return net.down();
    }

    @Override
    public int across() {
        return net.across();
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
        return read(List.of(picture)).getFirst();
    }

    @Override
    public List<int[]> read(List<Raster> pictures) {
        int[] all =
                Apart.of(
                        () ->
                                Ops.ints(
                                        bottleneck
                                                .codes(CellNet.cells(net.read(pictures)))
                                                .flatten()));
        return PictureCode.each(pictures.size(), all);
    }

    /// Cells of which a code is not known are written from nothing.
    @Override
    public Raster write(int... codes) {
        requireWhole(codes);
        int each = perCell();
        boolean[] unknown = new boolean[down() * across()];
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
        return Apart.of(
                () -> {
                    float[] known = new float[unknown.length];
                    for (int cell = 0; cell < known.length; cell++) {
                        known[cell] = unknown[cell] ? 0 : 1;
                    }
                    Tensor values =
                            bottleneck
                                    .values(Ops.ids(filled).view(-1, each))
                                    .mul(Tensor.create(known, known.length, 1));
                    return net.write(net.grid(values));
                });
    }

    @Override
    public String toString() {
        return "%d x %d cells of %s, %s"
                .formatted(down(), across(), pinch, net.shape().multiples());
    }
}
