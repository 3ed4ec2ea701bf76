package org.cumae.train.denoise;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.model.Denoising;
import org.cumae.net.Arrangement;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.net.Streams;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.train.denoise.MaskProcess.NoisyBatch;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Learns to fill masks of a block given what of it is known and all blocks before: cross-entropy
/// in nats, weighed as the batch says.
///
/// All blocks of a window are learned from at once: a clean stream stands for the blocks before
/// ([Streams]). Models that see the whole canvas have no blocks before, and one stream.
///
/// @param backbone borrowed; of a model that fills masks
/// @param tokenizer saved beside the weights
/// @param how the streams are fed
/// @param foretelling the weight of what clean rows say of the next token, in a mean with the
///   masks' weight of 1; 0 without, and for models that read by prefix only
/// @param borders whether the first place of a block is told by the clean row before it, as
///   decoding does, and not by the noisy one; for shifted models
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
public record MaskedBlocks(
        Backbone backbone,
        Tokenizer tokenizer,
        Form how,
        double foretelling,
        boolean borders,
        double dropout,
        TensorType stored)
        implements Learner<NoisyBatch> {
    /// How two streams are fed.
    public enum Form {
        /// Together under one mask: four cells for each pair of positions.
        DENSE,
        /// The clean stream by itself, the noisy one after it: three cells.
        TWO_PASSES
    }

    /// Checks that the parts fit each other.
    ///
    /// @throws IllegalArgumentException naming what does not fit
    public MaskedBlocks {
        Denoising denoising = denoising(backbone);
        Check.argument(
                foretelling == 0 || (foretelling > 0 && denoising.foretells()),
                "foretelling is %s; it must be 0 or more, and clean rows foretell nothing in a model"
                        + " that reads by %s, since they see what comes",
                foretelling,
                denoising.reading().word());
        Check.argument(
                !borders || denoising.shifted(),
                "borders are for shifted models, whose places are told by the row before");
    }

    /// Without dropout and by two passes.
    public static MaskedBlocks of(Backbone backbone, Tokenizer tokenizer) {
        boolean shifted = denoising(backbone).shifted();
        return new MaskedBlocks(
                backbone, tokenizer, Form.TWO_PASSES, 0, shifted, 0, TensorType.F32);
    }

    private static Denoising denoising(Backbone backbone) {
        return backbone.config()
                .denoising()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "model %s fills no masks; load it to be taught to"
                                                .formatted(backbone.config().name())));
    }

    @Override
    public boolean decays(Tensor weight) {
        return backbone.decays(weight);
    }

    @Override
    public List<Tensor> weights() {
        return backbone.tensors();
    }

    @Override
    public List<NoisyBatch> parts(NoisyBatch batch, int most) {
        return batch.parts(most);
    }

    @Override
    public Loss loss(NoisyBatch batch, Optional<Generator> chance) {
        for (OptionalInt window : backbone.config().windows()) {
            Check.argument(
                    window.orElse(batch.length()) >= batch.length(),
                    "a layer sees %d positions and the windows hold %d; train with windows that"
                            + " short",
                    window.orElse(0),
                    batch.length());
        }
        Rows rows = new Rows(batch, backbone.config().vocabulary(), borders, foretelling > 0);
        Optional<Dropout> losing = Dropout.of(dropout, chance);
        Tensor logits =
                batch.denoising().reading() == Denoising.Reading.CANVAS
                        ? backbone.logits(rows.canvas(), losing)
                        : how == Form.DENSE
                                ? backbone.logits(rows.streams().together(), losing)
                                : backbone.logits(rows.streams(), losing); // [asked, vocab]
        Tensor surprise = surprise(logits, rows.targets());
        int masks = rows.masks();
        Tensor weighed =
                surprise.narrow(0, 0, masks).mul(Tensor.create(rows.weights(), masks)).sum();
        long terms =
                switch (batch.weight()) {
                    case BOUND -> batch.maskable();
                    case EVEN, SHARE -> masks;
                };
        if (batch.weight() == MaskProcess.Weight.SHARE) {
            weighed = weighed.mul(Ops.scalar(masks / Math.max(rows.weight(), 1e-9)));
        }
        if (foretelling > 0) {
            long next = surprise.size(0) - masks;
            Tensor foretold =
                    surprise.narrow(0, masks, next).mean().mul(Ops.scalar(foretelling * terms));
            weighed = weighed.add(foretold).mul(Ops.scalar(1 / (1 + foretelling)));
        }
        return new Loss(weighed, terms);
    }

    /// Nats of each target, `[rows]`.
    private static Tensor surprise(Tensor logits, int[] targets) {
        Tensor wanted = Ops.ids(targets).unsqueeze(1); // [rows, 1] int64
        return logits.logsumexp(1).sub(logits.gather(1, wanted).squeeze(1));
    }

    @Override
    public void save(Path folder) {
        backbone.save(folder, stored);
        TokenizerFolder.save(tokenizer, folder);
    }

    /// The rows of a batch in two streams.
    private static final class Rows {
        private final NoisyBatch batch;
        private final int mask;
        private final boolean borders;
        private final boolean foretelling;
        private final int[] noisy;
        private final int[] positions;
        private final int[] places; // by position, where the noisy row stands in its window
        private final List<int[]> fromNoisy = new ArrayList<>(); // window, place, row asked
        private final List<int[]> fromClean = new ArrayList<>();

        Rows(NoisyBatch batch, int mask, boolean borders, boolean foretelling) {
            this.batch = batch;
            this.mask = mask;
            this.borders = borders;
            this.foretelling = foretelling;
            int rows = batch.rows() * batch.length();
            this.noisy = new int[rows];
            this.positions = new int[rows];
            this.places = new int[rows];
            for (int window = 0; window < batch.rows(); window++) {
                arrange(window);
            }
            for (int window = 0; window < batch.rows(); window++) {
                for (int place = 0; place < batch.length(); place++) {
                    if (batch.isMasked(window, place)) {
                        ask(window, place);
                    }
                }
            }
            if (masks() == 0) {
                ask(0, Math.min(1, batch.length() - 1)); // which weighs nothing
            }
        }

        /// Puts the noisy rows of a window in the order in which a decoder feeds them.
        private void arrange(int window) {
            int length = batch.length();
            int block = batch.denoising().block();
            boolean prefix = batch.denoising().reading() == Denoising.Reading.PREFIX;
            int next = window * length;
            for (int begin = 0; begin < length; begin += block) {
                int end = Math.min(begin + block, length);
                List<Integer> order = new ArrayList<>();
                for (int place = begin; place < end; place++) {
                    if (!prefix || !batch.isMasked(window, place)) {
                        order.add(place);
                    }
                }
                for (int place = begin; prefix && place < end; place++) {
                    if (batch.isMasked(window, place)) {
                        order.add(place);
                    }
                }
                for (int place : order) {
                    noisy[next] = batch.isMasked(window, place) ? mask : batch.id(window, place);
                    positions[next] = place;
                    places[window * length + place] = next - window * length;
                    next++;
                }
            }
        }

        private void ask(int window, int place) {
            Denoising denoising = batch.denoising();
            int row = denoising.rowFor(place);
            int first = window * batch.length();
            if (borders && place == denoising.begin(place)) {
                fromClean.add(new int[] {window, place, first + row});
            } else {
                fromNoisy.add(new int[] {window, place, first + places[first + row]});
            }
        }

        int masks() {
            return fromNoisy.size() + fromClean.size();
        }

        private IntStream nextTokens() {
            return foretelling ? IntStream.range(0, noisy.length) : IntStream.empty();
        }

        /// What is to be said: under masks, then after clean rows.
        int[] targets() {
            IntStream masked = asked().mapToInt(each -> batch.id(each[0], each[1]));
            IntStream next =
                    nextTokens()
                            .map(row -> batch.id(row / batch.length(), row % batch.length() + 1));
            return IntStream.concat(masked, next).toArray();
        }

        private Stream<int[]> asked() {
            return Stream.concat(fromNoisy.stream(), fromClean.stream());
        }

        float[] weights() {
            float[] weights = new float[masks()];
            List<int[]> all = asked().toList();
            for (int i = 0; i < weights.length; i++) {
                int[] each = all.get(i);
                weights[i] =
                        batch.isMasked(each[0], each[1])
                                ? (float) batch.weight(each[0], each[1])
                                : 0;
            }
            return weights;
        }

        double weight() {
            double sum = 0;
            for (float weight : weights()) {
                sum += weight;
            }
            return sum;
        }

        Streams streams() {
            return new Streams(
                    batch.denoising(),
                    batch.rows(),
                    batch.length(),
                    clean(),
                    noisy,
                    positions,
                    fromNoisy.stream().mapToInt(each -> each[2]).toArray(),
                    IntStream.concat(fromClean.stream().mapToInt(each -> each[2]), nextTokens())
                            .toArray());
        }

        private int[] clean() {
            int length = batch.length();
            return IntStream.range(0, noisy.length)
                    .map(row -> batch.id(row / length, row % length))
                    .toArray();
        }

        Arrangement canvas() {
            boolean[] seen = new boolean[noisy.length * batch.length()];
            Arrays.fill(seen, true);
            return new Arrangement(
                    batch.rows(),
                    batch.length(),
                    noisy,
                    positions,
                    seen,
                    fromNoisy.stream().mapToInt(each -> each[2]).toArray());
        }
    }
}
