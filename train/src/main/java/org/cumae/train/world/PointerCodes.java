package org.cumae.train.world;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Span;
import org.cumae.net.Arrangement;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Learns codes after pointers: cross-entropy in nats of each code, given the patches before it in
/// its row, its pointer, and its coarser codes.
///
/// Pointers are told and never predicted; the first patch of a row is given, and so is not learned,
/// nor are those that its grammar gives. A code is predicted among those of its type and level,
/// which is how it is asked for: no law depends on types that come later. Tokens stand at the
/// positions of their addresses, whatever their place in the row, and rows of one sequence do not
/// see each other.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#POINTERS]
/// @param layout whose ids and positions
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2509.09737">PSI 2025</a>
public record PointerCodes(Backbone backbone, Layout layout, double dropout, TensorType stored)
        implements Learner<Packed> {
    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if it is of another family, or too small for the layout
    public PointerCodes {
        Check.argument(
                backbone.config().isPointers(),
                "model %s is of family %s and not asked by pointers; make one of family pointers",
                backbone.config().name(),
                backbone.config().family());
        Check.argument(
                backbone.config().vocabulary() >= layout.vocabulary(),
                "model %s has %d ids and the layout %d; make a larger one",
                backbone.config().name(),
                backbone.config().vocabulary(),
                layout.vocabulary());
    }

    @Override
    public List<Tensor> weights() {
        return backbone.tensors();
    }

    @Override
    public List<Packed> parts(Packed batch, int most) {
        int count = Math.min(most, batch.sequences().size());
        List<Packed> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            int from = part * batch.sequences().size() / count;
            int to = (part + 1) * batch.sequences().size() / count;
            parts.add(new Packed(batch.sequences().subList(from, to), batch.length()));
        }
        return parts;
    }

    @Override
    public Loss loss(Packed batch, Optional<Generator> chance) {
        Rows rows = new Rows(batch);
        Tensor logits =
                backbone.logits(rows.arrangement(), Dropout.of(dropout, chance)); // [asked, vocab]
        Tensor total =
                rows.byRange.entrySet().stream()
                        .map(range -> rows.loss(logits, range.getKey(), range.getValue()))
                        .reduce((one, other) -> one.add(other))
                        .orElseThrow();
        return new Loss(total, rows.targets.size());
    }

    @Override
    public void save(Path folder) {
        backbone.save(folder, stored);
    }

    /// The tokens of a batch, and what is asked of them.
    private final class Rows {
        private final Packed batch;
        private final int[] ids;
        private final int[] positions;
        private final boolean[] seen;
        private final List<Integer> asked = new ArrayList<>();
        private final List<Integer> targets = new ArrayList<>(); // what follows each asked token
        private final Map<Span, List<Integer>> byRange = new LinkedHashMap<>(); // places in asked

        Rows(Packed batch) {
            this.batch = batch;
            int length = batch.length();
            this.ids = new int[batch.sequences().size() * length];
            this.positions = new int[ids.length];
            this.seen = new boolean[Math.multiplyExact(ids.length, length)];
            for (int s = 0; s < batch.sequences().size(); s++) {
                int next = s * length;
                for (Row row : batch.sequences().get(s)) {
                    int end = write(row, next);
                    for (int i = next; i < end; i++) {
                        for (int j = next; j <= i; j++) {
                            seen[i * length + j - s * length] = true;
                        }
                    }
                    next = end;
                }
                for (; next < (s + 1) * length; next++) { // empty: sees itself and is not asked
                    seen[next * length + next - s * length] = true;
                }
            }
        }

        private int write(Row row, int begin) {
            int next = begin;
            for (int number = 0; number < row.patches().size(); number++) {
                Element element = row.patches().get(number);
                boolean isGiven = number < Math.max(1, row.given());
                layout.check(element);
                List<Span> ranges = layout.field(element.address()).type().codes();
                put(next, layout.pointer(element.address()), layout.position(element.address(), 0));
                for (int level = 0; level < ranges.size(); level++) {
                    int code = element.codes().get(level);
                    if (!isGiven) {
                        byRange.computeIfAbsent(ranges.get(level), _ -> new ArrayList<>())
                                .add(asked.size());
                        asked.add(next);
                        targets.add(code);
                    }
                    next++;
                    put(next, code, layout.position(element.address(), level + 1));
                }
                next++;
            }
            return next;
        }

        private void put(int at, int id, int position) {
            ids[at] = id;
            positions[at] = position;
        }

        /// The loss of the codes of one range, each among those of the range.
        Tensor loss(Tensor logits, Span range, List<Integer> places) {
            int[] chosen = places.stream().mapToInt(Integer::intValue).toArray();
            int[] codes = places.stream().mapToInt(i -> targets.get(i) - range.from()).toArray();
            Tensor within =
                    logits.index_select(0, Ops.ids(chosen))
                            .narrow(1, range.from(), range.size()); // [places, range]
            return Ops.crossEntropy(within, Ops.ids(codes));
        }

        Arrangement arrangement() {
            return new Arrangement(
                    batch.sequences().size(),
                    batch.length(),
                    ids,
                    positions,
                    seen,
                    asked.stream().mapToInt(Integer::intValue).toArray());
        }
    }
}
