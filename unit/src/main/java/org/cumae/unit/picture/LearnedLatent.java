package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.picture.Autoencoder;
import org.cumae.net.picture.AutoencoderShape;
import org.cumae.net.picture.Supply;
import org.cumae.noise.Noise;
import org.cumae.picture.Latent;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Real vectors of a grid that convolutional networks read and write: a variational autoencoder,
/// which reads a normal law for each number and is held near to the standard one with very little
/// weight (KL).
///
/// What the networks call their numbers is moved to mean 0 and divided by their spread, so that
/// models see numbers of unit spread, as noise has.
///
/// Its weights are native memory that lives as long as it does.
///
/// @see <a href="https://arxiv.org/abs/2112.10752">Rombach et al. 2021, latent diffusion</a>
public final class LearnedLatent implements Latent, Learned {
    private static final double WEIGHT = 1e-6; // of a nat, against the error of all pixels
    private static final double LEAST = 1e-4; // spread
    private static final int AT_ONCE = 50; // pictures that are measured

    private final CellNet net;
    private final NamedWeights weights;
    private final float[] center; // [width]
    private final float spread;

    /// One whose weights come from somewhere.
    ///
    /// @param networks read twice as many numbers as they write from
    /// @param down rows of cells
    /// @param across columns of cells
    /// @param center mean of each number as the networks have it, `[width]`, taken over
    /// @param spread what numbers are divided by behind it
    LearnedLatent(
            AutoencoderShape networks,
            int down,
            int across,
            float[] center,
            float spread,
            Supply supply) {
        Check.argument(
                center.length == networks.in() && networks.out() == 2 * networks.in(),
                "networks read %d numbers and write from %d, and %d have a mean; they must read"
                        + " twice as many as they write from",
                networks.out(),
                networks.in(),
                center.length);
        Check.argument(spread > 0, "numbers are divided by %s; it must be above 0", spread);
        Libtorch.load();
        try (var _ = new PointerScope()) {
            this.net = new CellNet(Autoencoder.of(networks, supply), down, across);
        }
        this.weights = new NamedWeights(supply.given());
        this.center = center;
        this.spread = spread;
    }

    private LearnedLatent(CellNet net, NamedWeights weights, float[] center, float spread) {
        this.net = net;
        this.weights = weights;
        this.center = center;
        this.spread = spread;
    }

    /// Weights by chance, to be trained.
    ///
    /// @param like a picture, whose sides are multiples of a cell's
    /// @param cell the side of a cell in pixels, a power of two
    /// @param base channels of the networks at full size
    /// @param width of the vectors
    /// @param seed of libtorch's generator; equal seeds begin alike
    public static LearnedLatent fresh(Raster like, int cell, int base, int width, long seed) {
        Check.argument(width > 0, "vectors of %d numbers; take 1 or more", width);
        AutoencoderShape networks = CellNet.shape(like, cell, base, 2 * width, width);
        Libtorch.load();
        torch.manual_seed(seed);
        return new LearnedLatent(
                networks,
                like.rows() / cell,
                like.columns() / cell,
                new float[width],
                1,
                Supply.fresh());
    }

    /// The shape of its networks.
    public AutoencoderShape networks() {
        return net.shape();
    }

    /// The mean of each number as the networks have it, `[width]`.
    public float[] center() {
        return center.clone();
    }

    /// What numbers are divided by.
    public float spread() {
        return spread;
    }

    @Override
    public List<Tensor> weights() {
        return weights.all();
    }

    /// As they stand in a file. Needs a scope that is open until they are written.
    List<NewTensor> files() {
        List<NewTensor> files = new ArrayList<>(weights.files());
        files.add(NewTensor.floats("center", List.of((long) center.length), center));
        return files;
    }

    @Override
    public void round() {
        weights.round();
    }

    /// In training, what is written is drawn by the law that was read.
    @Override
    public Back back(Tensor pixels, Optional<Generator> chance) {
        Gaussian read = Gaussian.of(net.net().read(pixels));
        Tensor passed = chance.map(read::drawn).orElse(read.mean());
        double numbers = (double) pixels.numel() / pixels.size(0); // of a picture
        return new Back(
                net.net().write(passed), read.divergence().mul(Ops.scalar(WEIGHT / numbers)));
    }

    /// The same with the mean and the spread of what is read of pictures, as it would be drawn.
    /// Shares the weights.
    ///
    /// @throws IllegalStateException if all are read alike, or as no numbers
    public LearnedLatent measured(List<Raster> pictures) {
        double[] sums = new double[width()];
        double squares = 0;
        for (int from = 0; from < pictures.size(); from += AT_ONCE) {
            List<Raster> some = pictures.subList(from, Math.min(from + AT_ONCE, pictures.size()));
            Moments moments = Apart.of(() -> moments(some));
            for (int i = 0; i < sums.length; i++) {
                sums[i] += moments.sums[i];
            }
            squares += moments.squares;
        }
        double count = (double) pictures.size() * length();
        float[] means = new float[width()];
        double between = squares / count;
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) (sums[i] / count);
            between -= means[i] * (double) means[i];
        }
        double measured = Math.sqrt(between / width());
        Check.state(
                measured > LEAST && Double.isFinite(measured),
                "the latent has a spread of %s; it must be finite and above %s: train longer, or at a"
                        + " lower rate",
                measured,
                LEAST);
        return new LearnedLatent(net, weights, means, (float) measured);
    }

    /// @param sums of the means, `[width]`
    /// @param squares of all means, and the variances, added up
    @SuppressWarnings("ArrayRecordComponent") // looked at and dropped
    private record Moments(float[] sums, double squares) {}

    private Moments moments(List<Raster> pictures) {
        Gaussian read = Gaussian.of(net.net().read(Pixels.of(pictures)));
        return new Moments(
                Ops.floats(CellNet.cells(read.mean()).sum(0)),
                read.mean().square().sum().item_double()
                        + read.logVariance().exp().sum().item_double());
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
    public int width() {
        return center.length;
    }

    @Override
    public float[] read(Raster picture) {
        return Apart.of(() -> numbers(Gaussian.of(net.read(picture)).mean()));
    }

    @Override
    public float[] read(Raster picture, Noise noise) {
        float[] drawn = new float[length() * width()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) noise.gaussian(i);
        }
        return Apart.of(
                () ->
                        numbers(
                                Gaussian.of(net.read(picture))
                                        .drawn(net.grid(Tensor.create(drawn, length(), width())))));
    }

    /// `[length * width]` of `[1, width, down, across]`, of unit spread.
    private float[] numbers(Tensor grid) {
        return Ops.floats(CellNet.cells(grid).sub(centers()).div(Ops.scalar(spread)));
    }

    private Tensor centers() {
        return Tensor.create(center, 1, center.length);
    }

    @Override
    public Raster write(float... values) {
        Check.argument(
                values.length == length() * width(),
                "a picture of %d vectors of %d numbers is written with %d",
                length(),
                width(),
                values.length);
        return Apart.of(
                () ->
                        net.write(
                                net.grid(
                                        Tensor.create(values, length(), width())
                                                .mul(Ops.scalar(spread))
                                                .add(centers()))));
    }

    /// The networks look at pictures of any size.
    @Override
    public LearnedLatent on(int down, int across) {
        return new LearnedLatent(new CellNet(net.net(), down, across), weights, center, spread);
    }

    /// The same networks on the same grid.
    @Override
    public boolean equals(Object other) {
        return other instanceof LearnedLatent latent
                && weights.equals(latent.weights)
                && down() == latent.down()
                && across() == latent.across()
                && spread == latent.spread
                && Arrays.equals(center, latent.center);
    }

    @Override
    public int hashCode() {
        return Objects.hash(weights, down(), across());
    }

    @Override
    public String toString() {
        return "%d x %d vectors of %d numbers, %s of %s"
                .formatted(down(), across(), width(), spread, Arrays.toString(center));
    }
}
