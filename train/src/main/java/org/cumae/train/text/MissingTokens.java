package org.cumae.train.text;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.OrderedRows;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.net.Arrangement;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.train.text.Missing.MissingBatch;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Learns to predict missing tokens from the known ones and, in the order of writing, from the
/// missing ones before: cross-entropy in nats of the joint law of what is missing, all of its
/// conditionals in one pass.
///
/// Known are all others in both directions; the missing ones are written from left to right. So
/// only which places are known makes an order, and a window of `n` tokens has `2^n` of them and not
/// `n!`.
///
/// @param backbone borrowed; of a model that is asked in two streams
/// @param tokenizer saved beside the weights
/// @param joint whether missing tokens know those before them; if not, each is predicted from the
///   known ones alone, as a masked language model does
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2504.20456">Guo and Ermon 2025, section 4</a>
public record MissingTokens(
        Backbone backbone, Tokenizer tokenizer, boolean joint, double dropout, TensorType stored)
        implements Learner<MissingBatch> {
    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if it is asked for next tokens
    public MissingTokens {
        Check.argument(
                backbone.config().isAnySubset(),
                "model %s is of family %s and asked for next tokens; train it to predict those",
                backbone.config().name(),
                backbone.config().family());
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
    public List<MissingBatch> parts(MissingBatch batch, int most) {
        return batch.parts(most);
    }

    @Override
    public Loss loss(MissingBatch batch, Optional<Generator> chance) {
        int codes = backbone.config().vocabulary() - 1;
        Layout layout = Layout.line("text", batch.windows().length(), codes);
        List<Address> places = layout.addresses();
        List<OrderedRows> sequences = new ArrayList<>();
        int[] targets = new int[batch.windows().rows() * batch.count()];
        for (int row = 0; row < batch.windows().rows(); row++) {
            sequences.add(rows(batch, row, layout, places, targets));
        }
        Tensor logits =
                backbone.logits(arrangement(sequences), Dropout.of(dropout, chance))
                        .narrow(1, 0, codes); // [rows * count, codes]: the question is no answer
        return new Loss(Ops.crossEntropy(logits, Ops.ids(targets)), targets.length);
    }

    private OrderedRows rows(
            MissingBatch batch, int row, Layout layout, List<Address> places, int[] targets) {
        OrderedRows rows = new OrderedRows(layout);
        List<Integer> missing = new ArrayList<>();
        for (int place = 0; place < places.size(); place++) {
            if (batch.isMissing(row, place)) {
                targets[row * batch.count() + missing.size()] = batch.id(row, place);
                missing.add(place);
            } else {
                rows.content(element(batch, row, place, places), 0);
            }
        }
        for (int i = 0; joint && i < missing.size(); i++) {
            rows.content(element(batch, row, missing.get(i), places), i + 1);
        }
        for (int i = 0; i < missing.size(); i++) {
            rows.ask(places.get(missing.get(i)), joint ? i + 1 : 1);
        }
        return rows;
    }

    private static Element element(MissingBatch batch, int row, int place, List<Address> places) {
        return new Element(places.get(place), Tokens.of(batch.id(row, place)));
    }

    /// The rows as they are fed when a model decodes, of several sequences of one length.
    private static Arrangement arrangement(List<OrderedRows> sequences) {
        int length = sequences.getFirst().size();
        int[] ids = new int[sequences.size() * length];
        int[] positions = new int[ids.length];
        boolean[] seen = new boolean[Math.multiplyExact(ids.length, length)];
        List<Integer> asked = new ArrayList<>();
        for (int s = 0; s < sequences.size(); s++) {
            OrderedRows rows = sequences.get(s);
            System.arraycopy(rows.tokens().toArray(), 0, ids, s * length, length);
            System.arraycopy(rows.positions().toArray(), 0, positions, s * length, length);
            Visibility.TwoStream rule = rows.visibility();
            for (int row = 0; row < length; row++) {
                int begin = (s * length + row) * length;
                for (int column = 0; column < length; column++) {
                    seen[begin + column] = rule.sees(row, column, 0);
                }
                if (row >= rows.contents()) {
                    asked.add(s * length + row);
                }
            }
        }
        return new Arrangement(
                sequences.size(),
                length,
                ids,
                positions,
                seen,
                asked.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public void save(Path folder) {
        backbone.save(folder, stored);
        TokenizerFolder.save(tokenizer, folder);
    }
}
