package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Answers wants from the rows that were asked about.
///
/// @param hidden `[asked, width]`
/// @param logits `[asked, vocab]`
record Findings(Tensor hidden, Tensor logits) {
    /// The finding for a want.
    ///
    /// @param row where its row stands among those asked about
    Finding of(Want want, int row) {
        return switch (want) {
            case Want.Law(int _, int from, int to) -> law(row, from, to);
            case Want.Best(int _, int count) -> best(row, count);
            case Want.Scores(int _, Tokens ids) -> excerpt(row, Ops.ids(ids.toArray()));
            case Want.Hidden _ -> new Vector(Ops.floats(hidden.select(0, row)));
        };
    }

    private Categorical law(int row, int from, int to) {
        int end = (int) Math.min(to, logits.size(1));
        Check.argument(
                from < end,
                "the query wants ids from %d of a vocabulary of %d",
                from,
                logits.size(1));
        Tensor part = logits.select(0, row).narrow(0, from, end - from); // [to - from]
        return Categorical.range(from, Ops.floats(part));
    }

    /// All ids as good as the last of the best, so that ties go to the smaller id.
    private Excerpt best(int row, int count) {
        Tensor values = logits.select(0, row); // [vocab]
        long most = Math.min(count, values.size(0));
        Tensor least = values.topk(most).get0().narrow(0, most - 1, 1); // [1]
        Tensor ids = values.ge(least).nonzero().flatten(); // [most or more] int64
        List<Excerpt.Entry> entries =
                excerpt(row, ids).entries().stream()
                        .sorted(
                                Comparator.comparingDouble(Excerpt.Entry::logProbability)
                                        .reversed())
                        .limit(most)
                        .toList();
        Check.state(
                entries.size() == most,
                "the model gave a logit that is no number; its weights are damaged");
        return new Excerpt(entries);
    }

    /// @param ids `[count] int64`
    private Excerpt excerpt(int row, Tensor ids) {
        Tensor logProbs =
                logits.select(0, row)
                        .to(ScalarType.Double)
                        .log_softmax(0)
                        .index_select(0, ids); // [count] double
        int[] names = Ops.ints(ids);
        double[] values = Ops.doubles(logProbs);
        List<Excerpt.Entry> entries = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            entries.add(new Excerpt.Entry(names[i], values[i]));
        }
        return new Excerpt(entries);
    }
}
