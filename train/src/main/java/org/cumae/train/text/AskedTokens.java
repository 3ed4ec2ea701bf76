package org.cumae.train.text;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Learns to answer at some rows of sequences, and nothing of all the other rows: cross-entropy in
/// nats of the wanted ids.
///
/// @param backbone borrowed
/// @param dropout the share of channels to lose in training
public record AskedTokens(Backbone backbone, double dropout)
        implements Learner<AskedTokens.Questions> {
    /// Sequences of one length that ask at the same rows.
    ///
    /// @param ids `sequences * length`, one sequence after another
    /// @param length of each
    /// @param asked the rows that are to answer, the same of every sequence
    /// @param wanted the right answers, `sequences * asked`
    public record Questions(int[] ids, int length, int[] asked, int[] wanted) {
        /// Checks that the sizes fit each other.
        ///
        /// @throws IllegalArgumentException naming the sizes
        public Questions {
            Check.argument(
                    length > 0 && ids.length % length == 0,
                    "%d ids are no sequences of %d",
                    ids.length,
                    length);
            Check.argument(
                    wanted.length == ids.length / length * asked.length,
                    "%d answers are wanted of %d sequences that ask at %d rows each",
                    wanted.length,
                    ids.length / length,
                    asked.length);
            Check.argument(
                    IntStream.of(asked).allMatch(row -> row >= 0 && row < length),
                    "rows %s are asked of sequences of %d",
                    Arrays.toString(asked),
                    length);
        }

        /// How many sequences.
        public int sequences() {
            return ids.length / length;
        }

        private Questions part(int from, int to) {
            return new Questions(
                    Arrays.copyOfRange(ids, from * length, to * length),
                    length,
                    asked,
                    Arrays.copyOfRange(wanted, from * asked.length, to * asked.length));
        }

        private int[] rows() {
            return IntStream.range(0, sequences())
                    .flatMap(i -> IntStream.of(asked).map(row -> i * length + row))
                    .toArray();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Questions(int[] theirs, int size, int[] rows, int[] answers)
                    && Arrays.equals(ids, theirs)
                    && length == size
                    && Arrays.equals(asked, rows)
                    && Arrays.equals(wanted, answers);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(ids) + Arrays.hashCode(wanted);
        }
    }

    @Override
    public List<Tensor> weights() {
        return backbone.tensors();
    }

    @Override
    public boolean decays(Tensor weight) {
        return backbone.decays(weight);
    }

    @Override
    public List<Questions> parts(Questions batch, int most) {
        int sequences = batch.sequences();
        int count = Math.min(most, sequences);
        return IntStream.range(0, count)
                .mapToObj(i -> batch.part(i * sequences / count, (i + 1) * sequences / count))
                .toList();
    }

    @Override
    public Loss loss(Questions batch, Optional<Generator> chance) {
        Tensor logits = logits(batch, Dropout.of(dropout, chance));
        return new Loss(Ops.crossEntropy(logits, Ops.ids(batch.wanted)), batch.wanted.length);
    }

    /// The share of the answers that are right, where the likeliest id of all is given.
    public double right(Questions batch) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            int[] said = Ops.ints(logits(batch, Optional.empty()).max(1, false).get1());
            long right =
                    IntStream.range(0, said.length).filter(i -> said[i] == batch.wanted[i]).count();
            return (double) right / said.length;
        }
    }

    /// `[sequences * asked, vocab]`.
    private Tensor logits(Questions batch, Optional<Dropout> lost) {
        Tensor ids = Ops.ids(batch.ids).view(batch.sequences(), batch.length);
        Tensor rows = Ops.ids(batch.rows());
        return backbone.logits(ids, Optional.empty(), lost).index_select(0, rows);
    }

    @Override
    public void save(Path folder) {
        backbone.save(folder, TensorType.F32);
    }
}
