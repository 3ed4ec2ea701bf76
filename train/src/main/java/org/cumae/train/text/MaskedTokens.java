package org.cumae.train.text;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.net.Seen;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Teaches a frozen model to foresee tokens under masks: mask `j` behind a token learns the token
/// after its own place, `j + 1` further on.
///
/// The loss of a mask is the surprise of that token, once as the mask alone says and once as it
/// says knowing the token before; and how far its hidden state lies from the one that the model has
/// when it knows all tokens up to there. The model looks at the text once, without a gradient; only
/// masks are learned from.
///
/// @param backbone made by [Backbone#loadForMasks]; borrowed
/// @param base the directory of the model, copied beside what is learned
/// @param places behind how many tokens of a window masks stand: drawn by chance in training,
///   evenly spaced when the loss is only measured
/// @param consistency the weight of the squared distance of hidden states, a mean over channels
/// @param stored how what is learned is saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2507.11851">Samragh et al. 2025</a>
public record MaskedTokens(
        Backbone backbone, Path base, int places, double consistency, TensorType stored)
        implements Learner<WindowBatch> {
    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public MaskedTokens {
        Check.argument(places > 0, "places is %d; it must be 1 or more", places);
        Check.argument(
                consistency >= 0 && Double.isFinite(consistency),
                "consistency is %s; it must be 0 or more",
                consistency);
    }

    @Override
    public List<Tensor> weights() {
        return backbone.maskTensors();
    }

    @Override
    public List<WindowBatch> parts(WindowBatch batch, int most) {
        return batch.parts(most);
    }

    @Override
    public Loss loss(WindowBatch batch, Optional<Generator> chance) {
        int masks = backbone.masks();
        int room = batch.length() - masks;
        Check.argument(
                room > 0,
                "a window holds %d tokens and there are %d masks; make it longer",
                batch.length(),
                masks);
        List<Integer> chosen =
                chance.map(drawing -> drawn(room, drawing)).orElseGet(() -> spaced(room));
        Tensor windows = Ops.ids(batch.ids()).view(batch.rows(), batch.length() + 1L);
        Seen seen = backbone.see(windows.narrow(1, 0, batch.length()));
        Tensor hidden = backbone.foresee(seen, chosen, masks); // [masks in all, width]

        Aims aims = new Aims(batch, chosen, masks);
        Tensor known = Ops.ids(aims.before()); // [masks in all] int64
        Tensor wanted = Ops.ids(aims.wanted()); // same
        Tensor full = seen.hidden().index_select(0, Ops.ids(aims.rows())).detach();
        Tensor alone = Ops.crossEntropy(backbone.head(hidden), wanted);
        Tensor knowing = sampled(known, hidden, wanted);
        Tensor distance = hidden.sub(full).square().mean().mul(Ops.scalar((double) hidden.size(0)));

        // where all is known the sampler must say what the model says
        Aims next = new Aims(batch, chosen.stream().map(place -> place - 1).toList(), 1);
        Tensor plain = seen.hidden().index_select(0, Ops.ids(next.rows()));
        Tensor told = sampled(Ops.ids(next.before()), plain, Ops.ids(next.wanted()));

        Tensor total = alone.add(knowing).add(told).add(distance.mul(Ops.scalar(consistency)));
        return new Loss(total, hidden.size(0));
    }

    private Tensor sampled(Tensor before, Tensor hidden, Tensor wanted) {
        return Ops.crossEntropy(backbone.head(backbone.joined(before, hidden)), wanted);
    }

    private List<Integer> drawn(int room, Generator chance) {
        int[] all = Ops.ints(Ops.shuffled(room, chance));
        return Arrays.stream(all).limit(places).boxed().toList();
    }

    private List<Integer> spaced(int room) {
        int count = Math.min(places, room);
        return IntStream.range(0, count).map(i -> i * room / count).boxed().toList();
    }

    /// What masks behind some places of each window are to foresee.
    private record Aims(WindowBatch batch, List<Integer> places, int masks) {
        /// The token before each.
        int[] before() {
            return each((row, at) -> batch.ids()[row * (batch.length() + 1) + at]);
        }

        /// The token that each is to foresee.
        int[] wanted() {
            return each((row, at) -> batch.ids()[row * (batch.length() + 1) + at + 1]);
        }

        /// The row of the whole sequences that foresees the same knowing all before.
        int[] rows() {
            return each((row, at) -> row * batch.length() + at);
        }

        private int[] each(Picking picking) {
            int[] picked = new int[batch.rows() * places.size() * masks];
            int next = 0;
            for (int row = 0; row < batch.rows(); row++) {
                for (int place : places) {
                    for (int mask = 0; mask < masks; mask++) {
                        picked[next++] = picking.at(row, place + 1 + mask);
                    }
                }
            }
            return picked;
        }
    }

    @FunctionalInterface
    private interface Picking {
        int at(int row, int place);
    }

    /// Writes a directory that opens as the model with its masks.
    @Override
    public void save(Path folder) {
        new BaseFolder(base).copy(folder, Backbone.MASKS);
        backbone.saveMasks(folder, stored);
    }
}
