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
import org.cumae.picture.PictureCode;
import org.cumae.picture.PyramidCode;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A pyramid over the grid of vectors that a convolutional network reads, from which another one
/// writes: VAR's multi-scale tokenizer. What a code changes is not only its own place, since the
/// network that writes looks around.
///
/// Its weights are native memory that lives as long as it does.
///
/// @see <a href="https://arxiv.org/abs/2404.02905">Tian et al. 2024, VAR</a>
public final class LearnedPyramid implements PyramidCode, Learned {
    private static final int ROUNDS = 12; // in which the book is put where vectors lie

    private final PyramidShape shape;
    private final CellNet net;
    private final ScaleBook book;
    private final NamedWeights weights;

    /// One whose weights come from somewhere.
    ///
    /// @param networks read and write as many numbers as the book's vectors have
    LearnedPyramid(AutoencoderShape networks, PyramidShape shape, Supply supply) {
        Libtorch.load();
        this.shape = shape;
        try (var _ = new PointerScope()) {
            this.net = new CellNet(Autoencoder.of(networks, supply), shape.side(), shape.side());
            this.book = ScaleBook.of(shape, supply);
        }
        this.weights = new NamedWeights(supply.given());
    }

    /// Weights by chance, to be trained.
    ///
    /// @param like a square picture, whose side is that of a cell as often as the last scale has
    ///   cells
    /// @param cell the side of a cell in pixels, a power of two
    /// @param base channels of the networks at full size
    /// @param shape of the pyramid
    /// @param seed of libtorch's generator; equal seeds begin alike
    public static LearnedPyramid fresh(
            Raster like, int cell, int base, PyramidShape shape, long seed) {
        AutoencoderShape networks = CellNet.shape(like, cell, base, shape.width(), shape.width());
        Check.argument(
                like.rows() == like.columns() && like.rows() / cell == shape.side(),
                "the last side of a pyramid is the grid of cells, %d x %d; sides are %s",
                like.rows() / cell,
                like.columns() / cell,
                shape.sides());
        Libtorch.load();
        torch.manual_seed(seed);
        return new LearnedPyramid(networks, shape, Supply.fresh());
    }

    /// The shape of its networks.
    public AutoencoderShape networks() {
        return net.shape();
    }

    /// The shape of the pyramid.
    public PyramidShape shape() {
        return shape;
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
        Bottleneck.Pinched pinched = book.pinched(net.net().read(pixels));
        return new Back(net.net().write(pinched.values()), pinched.losses());
    }

    /// The same before there are codes: what is read is written from as it is.
    public Back free(Tensor pixels) {
        return new Back(net.net().write(net.net().read(pixels)), torch.zeros());
    }

    /// Begins with codes: puts their vectors where what is read of pictures lies, and lets
    /// convolutions change nothing.
    ///
    /// @param pictures as many that their places are no fewer than the codes
    /// @param seed of what is left to chance
    public void begin(List<Raster> pictures, long seed) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            book.clear();
        }
        settle(pictures, seed);
    }

    /// Moves the vectors of its codes to the middle of what they are chosen for, and those that are
    /// not chosen to where others are far from what they stand for, so that all come into use.
    ///
    /// @param pictures as many that their places are no fewer than the codes
    /// @param seed of what is left to chance
    public void settle(List<Raster> pictures, long seed) {
        Check.argument(
                (long) pictures.size() * length() >= vocabulary(),
                "%d pictures of %d codes settle %d; give more pictures",
                pictures.size(),
                length(),
                vocabulary());
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            book.settle(net.net().read(Pixels.of(pictures)), ROUNDS, Ops.generator(seed));
        }
    }

    @Override
    public List<Integer> sides() {
        return shape.sides();
    }

    @Override
    public int width() {
        return shape.width();
    }

    @Override
    public int vocabulary() {
        return shape.codes();
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
    public int[] read(Raster picture) {
        return read(List.of(picture)).getFirst();
    }

    @Override
    public List<int[]> read(List<Raster> pictures) {
        return Apart.of(
                () -> {
                    List<List<int[]>> scales = // of each scale, of each picture
                            book.scales(net.read(pictures)).stream()
                                    .map(ScaleBook.Scale::codes)
                                    .map(
                                            codes ->
                                                    PictureCode.each(
                                                            pictures.size(), Ops.ints(codes)))
                                    .toList();
                    return IntStream.range(0, pictures.size())
                            .mapToObj(
                                    picture ->
                                            scales.stream()
                                                    .flatMapToInt(
                                                            of -> IntStream.of(of.get(picture)))
                                                    .toArray())
                            .toList();
                });
    }

    /// What reading a picture met with.
    ///
    /// @param read by the network, `[width * side * side]`
    /// @param told behind each scale, `[scale]` of the same
    /// @param owed behind each scale, same
    @SuppressWarnings("ArrayRecordComponent") // looked at and dropped
    record Reading(float[] read, List<float[]> told, List<float[]> owed) {}

    Reading reading(Raster picture) {
        return Apart.of(
                () -> {
                    Tensor read = net.read(picture);
                    List<ScaleBook.Scale> scales = book.scales(read);
                    return new Reading(
                            Ops.floats(read),
                            scales.stream().map(scale -> Ops.floats(scale.told())).toList(),
                            scales.stream().map(scale -> Ops.floats(scale.owed())).toList());
                });
    }

    @Override
    public float[][] before(int scales, int... codes) {
        requireBehind(scales);
        return Apart.of(() -> seen(scales, told(scales, codes).getLast()));
    }

    @Override
    public float[][] rows(int... codes) {
        return Apart.of(
                () -> {
                    List<Tensor> told = told(sides().size() - 1, codes);
                    List<float[]> rows = new ArrayList<>();
                    for (int k = 1; k < sides().size(); k++) {
                        rows.addAll(List.of(seen(k, told.get(k - 1))));
                    }
                    return rows.toArray(float[][]::new);
                });
    }

    /// What is told so far as a scale sees it, `[side * side][width]`.
    private float[][] seen(int scale, Tensor told) {
        float[] all = Ops.floats(CellNet.cells(book.pooled(scale, told)));
        float[][] cells = new float[all.length / width()][];
        Arrays.setAll(cells, i -> Arrays.copyOfRange(all, i * width(), (i + 1) * width()));
        return cells;
    }

    /// What is told behind each of the first scales, `[1, width, side, side]`.
    private List<Tensor> told(int scales, int... codes) {
        List<Tensor> told = new ArrayList<>();
        int from = 0;
        for (int k = 0; k < scales; k++) {
            int cells = sides().get(k) * sides().get(k);
            int[] filled = new int[cells]; // what is not known tells nothing, as code 0 does
            for (int cell = 0; cell < cells; cell++) {
                int code = codes[from + cell];
                Check.argument(
                        code >= UNKNOWN && code < vocabulary(),
                        "place %d has code %d; codes are [0, %d)",
                        from + cell,
                        code,
                        vocabulary());
                filled[cell] = Math.max(code, 0);
            }
            Tensor more = book.told(k, Ops.ids(filled));
            told.add(told.isEmpty() ? more : told.getLast().add(more));
            from += cells;
        }
        return told;
    }

    @Override
    public Raster write(int... codes) {
        requireWhole(codes);
        return Apart.of(() -> net.write(told(sides().size(), codes).getLast()));
    }

    @Override
    public String toString() {
        return "%s by %s".formatted(shape, net.shape().multiples());
    }
}
