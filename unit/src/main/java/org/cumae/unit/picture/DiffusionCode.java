package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.flow.GroupTimes;
import org.cumae.flow.Solver;
import org.cumae.flow.Walk;
import org.cumae.net.DiffusionNet;
import org.cumae.net.DiffusionShape;
import org.cumae.net.Past;
import org.cumae.net.picture.Supply;
import org.cumae.noise.Noise;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Codes in a line, each the nearest vector of a book, that are told group by group to a picture on
/// its way out of noise: the sequential diffusion tokenizer of D-AR.
///
/// Its weights are native memory that lives as long as it does.
///
/// @see <a href="https://arxiv.org/abs/2505.23660">Gao and Shou 2025</a>
public final class DiffusionCode implements EmergingCode {
    private static final int ROUNDS = 10; // in which codes settle
    private static final double SPREAD = DiffusionShape.SPREAD; // of pixels in [-1, 1]

    private final BottleneckShape.Book book;
    private final GroupTimes times;
    private final Solver.Stepwise solver;
    private final DiffusionNet net;
    private final Codebook bottleneck;
    private final NamedWeights weights;

    /// One whose weights come from somewhere.
    ///
    /// @param vocabulary how many codes there are
    DiffusionCode(DiffusionShape shape, int vocabulary, GroupTimes times, Supply supply) {
        Check.argument(
                shape.codes() % times.groups() == 0,
                "%d codes are cut into %d groups; they must be equally long",
                shape.codes(),
                times.groups());
        Libtorch.load();
        this.book = new BottleneckShape.Book(vocabulary, shape.numbers());
        this.times = times;
        this.solver = new Solver.AdamsBashforth(times.times(times.groups()), true);
        try (var _ = new PointerScope()) {
            this.net = DiffusionNet.of(shape, supply);
            this.bottleneck = (Codebook) book.of(supply);
        }
        this.weights = new NamedWeights(supply.given());
    }

    private DiffusionCode(DiffusionCode other, Solver.Stepwise solver) {
        this.book = other.book;
        this.times = other.times;
        this.net = other.net;
        this.bottleneck = other.bottleneck;
        this.weights = other.weights;
        this.solver = solver;
    }

    /// Weights by chance, to be trained.
    ///
    /// @param vocabulary how many codes there are
    /// @param times which group is told when
    /// @param seed of libtorch's generator; equal seeds begin alike
    public static DiffusionCode fresh(
            DiffusionShape shape, int vocabulary, GroupTimes times, long seed) {
        Libtorch.load();
        torch.manual_seed(seed);
        return new DiffusionCode(shape, vocabulary, times, Supply.fresh());
    }

    /// The same codes, whose pictures come out of noise in another way. Shares the weights.
    ///
    /// @param other of any number of steps: each is told the group that is for its part of the way
    public DiffusionCode through(Solver.Stepwise other) {
        return new DiffusionCode(this, other);
    }

    /// The shape of its network.
    public DiffusionShape shape() {
        return net.shape();
    }

    /// What reads pictures and says where they go.
    DiffusionNet net() {
        return net;
    }

    /// What is told of a whole line, `[1, length, width]`. Needs an open scope.
    Tensor told(int... codes) {
        return net.told(bottleneck.values(Ops.ids(codes).unsqueeze(1)).unsqueeze(0));
    }

    /// Which group is told when.
    public GroupTimes times() {
        return times;
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

    @Override
    public int rows() {
        return shape().rows();
    }

    @Override
    public int columns() {
        return shape().columns();
    }

    @Override
    public int channels() {
        return shape().channels();
    }

    @Override
    public int length() {
        return shape().codes();
    }

    @Override
    public int vocabulary() {
        return book.codes();
    }

    @Override
    public int groups() {
        return times.groups();
    }

    /// How many codes a group has.
    private int each() {
        return length() / groups();
    }

    /// What is learned from, of pictures that are each told the group of their part of the way.
    ///
    /// @param said which way the pictures go, as the network says, `[pictures, channels, rows,
    ///   columns]`
    /// @param velocity which way they go, same
    /// @param pixels what is thought of the pictures where they are, about [0, 1], same
    /// @param losses of the codes themselves, up to the last of each picture's group; 0 of those
    ///   behind it, which had no part in it; `[pictures * codes]`
    /// @param counted how many codes those are
    public record Emerged(
            Tensor said, Tensor velocity, Tensor pixels, Tensor losses, long counted) {
        /// By how much the velocity is missed: the mean square, as if pixels had a spread of 1.
        public Tensor missed() {
            return said.sub(velocity).square().mean().div(Ops.scalar(SPREAD * SPREAD));
        }
    }

    /// Reads pictures and tells them on their way. Needs an open scope.
    ///
    /// @param pixels `[pictures, channels, rows, columns]` in [0, 1]
    /// @param parts of the way, in [0, 1], see [GroupTimes]; one for each picture
    /// @param groups that are told, same
    /// @param noise as `pixels`
    /// @param coded whether what is read becomes codes; else it is told as it is
    public Emerged emerged(
            Tensor pixels, double[] parts, int[] groups, Tensor noise, boolean coded) {
        int pictures = parts.length;
        Tensor values = signed(pixels).mul(Ops.scalar(SPREAD));
        Tensor read = net.read(signed(pixels), length()).flatten(0, 1);
        Bottleneck.Pinched pinched =
                coded ? bottleneck.pinched(read, Optional.empty()) : bottleneck.free(read);
        Tensor told = // [pictures * groups, each, width]
                net.told(pinched.values().unflatten(0, pictures, length()))
                        .flatten(0, 1)
                        .unflatten(0, (long) pictures * groups(), each());
        int[] rows = new int[pictures];
        float[] at = new float[pictures];
        float[] counts = new float[pictures * length()];
        for (int i = 0; i < pictures; i++) {
            rows[i] = i * groups() + groups[i];
            at[i] = (float) times.time(parts[i]);
            Arrays.fill(counts, i * length(), i * length() + (groups[i] + 1) * each(), 1);
        }
        Tensor time = Tensor.create(at, pictures, 1, 1, 1);
        Tensor noised = values.mul(time.neg().add(Ops.scalar(1))).add(noise.mul(time));
        Tensor said = net.velocity(noised, at, told.index_select(0, Ops.ids(rows)));
        long counted = 0;
        for (float count : counts) {
            counted += (long) count;
        }
        return new Emerged(
                said,
                noise.sub(values),
                seen(noised.sub(said.mul(time))),
                pinched.losses().mul(Tensor.create(counts, counts.length)),
                counted);
    }

    /// Puts the vectors of its codes where what is read of pictures lies, so that none begins
    /// unused.
    ///
    /// @param pictures as many that their codes are more than there are
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
            Tensor read = net.read(signed(Pixels.of(pictures)), length()).flatten(0, 1);
            bottleneck.settle(read, ROUNDS, Ops.generator(seed));
        }
    }

    private static Tensor signed(Tensor pixels) {
        return pixels.mul(Ops.scalar(2)).sub(Ops.scalar(1));
    }

    /// Pixels of values, about [0, 1].
    private static Tensor seen(Tensor values) {
        return values.div(Ops.scalar(SPREAD)).add(Ops.scalar(1)).div(Ops.scalar(2));
    }

    @Override
    public int[] read(Raster picture) {
        return read(List.of(picture), length()).getFirst();
    }

    @Override
    public List<int[]> read(List<Raster> pictures) {
        return read(pictures, length());
    }

    /// Reads only the first codes of pictures, which are the same whatever is read behind them.
    ///
    /// @param codes how many, in [1, length]
    /// @throws IllegalArgumentException if a picture has another size
    public List<int[]> read(List<Raster> pictures, int codes) {
        Check.argument(
                codes > 0 && codes <= length(),
                "%d codes of a picture are read; take [1, %d]",
                codes,
                length());
        Pixels.require(pictures, rows(), columns(), channels());
        int[] all =
                Apart.of(
                        () ->
                                Ops.ints(
                                        bottleneck
                                                .codes(
                                                        net.read(signed(Pixels.of(pictures)), codes)
                                                                .flatten(0, 1))
                                                .flatten()));
        return PictureCode.each(pictures.size(), all);
    }

    @Override
    public Emergence begin(Noise noise) {
        int numbers = channels() * rows() * columns();
        return new Emerging(
                solver.begin(IntStream.range(0, numbers).mapToDouble(noise::gaussian).toArray()));
    }

    private final class Emerging implements Emergence {
        private final Walk walk;
        private final Past past = new Past();
        private final int[] group = new int[each()];
        private double[] along = {}; // the last velocity
        private int known; // codes

        private Emerging(Walk walk) {
            this.walk = walk;
        }

        @Override
        public Optional<Raster> push(int code) {
            Check.state(known < length(), "the picture has its %d codes already", length());
            Check.argument(
                    code >= 0 && code < vocabulary(),
                    "place %d has code %d; codes are [0, %d)",
                    known,
                    code,
                    vocabulary());
            group[known % group.length] = code;
            known++;
            return known % group.length == 0
                    ? Optional.of(Apart.of(() -> told(known / group.length - 1)))
                    : Optional.empty();
        }

        /// What is thought of the picture when a group is told.
        private Raster told(int number) {
            Tensor values = bottleneck.values(Ops.ids(group).unsqueeze(1)).unsqueeze(0);
            Tensor told = net.told(values, past); // [1, each, width]
            past.keep();
            double[] thought = walk.values();
            while (!walk.isDone() && times.told(walk.step(), solver.steps()) <= number) {
                along = velocity(told);
                thought = walk.jump(along);
                walk.on(along);
            }
            if (walk.isDone()) {
                return picture(walk.values());
            }
            return picture(along.length == 0 ? walk.values() : thought);
        }

        private double[] velocity(Tensor told) {
            double[] at = walk.values();
            float[] narrow = new float[at.length];
            for (int i = 0; i < at.length; i++) {
                narrow[i] = (float) at[i];
            }
            Tensor here = Tensor.create(narrow, 1, channels(), rows(), columns());
            float[] said = Ops.floats(net.velocity(here, new float[] {(float) walk.time()}, told));
            return IntStream.range(0, said.length).mapToDouble(i -> said[i]).toArray();
        }

        private Raster picture(double... values) {
            int area = rows() * columns();
            return Raster.of(
                    rows(),
                    columns(),
                    channels(),
                    (y, x, c) -> (values[c * area + y * columns() + x] / SPREAD + 1) / 2);
        }

        @Override
        public void close() {
            past.close();
        }
    }

    @Override
    public String toString() {
        return "%d codes of %s in %d groups, %d x %d pixels"
                .formatted(length(), book, groups(), columns(), rows());
    }
}
