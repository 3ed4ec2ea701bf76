package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Rows in parts one after the other: a row sees all rows of its part and no others, and nothing is
/// kept. Parts of one length are mixed side by side.
///
/// @param alike the parts of each length
/// @param back where each row stands when these are put one behind the other, `[tokens] int64`;
///   empty where that is where it stood
record Parts(List<Alike> alike, Optional<Tensor> back) implements Sight {
    /// Parts of one length.
    ///
    /// @param among how they see each other: whole sequences under a mask that hides nothing
    /// @param rows theirs, part after part, `[size * length] int64`; empty where all rows are
    record Alike(Batch among, Optional<Tensor> rows) {
        Tensor of(Tensor x) {
            return rows.map(mine -> x.index_select(0, mine)).orElse(x);
        }
    }

    /// @param lengths of the parts
    static Parts of(Device device, int... lengths) {
        Map<Integer, List<Integer>> begins = new TreeMap<>(); // by length
        int from = 0;
        for (int length : lengths) {
            begins.computeIfAbsent(length, _ -> new ArrayList<>()).add(from);
            from += length;
        }
        boolean one = begins.size() == 1;
        List<Alike> alike = new ArrayList<>();
        int[] back = new int[from];
        int placed = 0;
        for (Map.Entry<Integer, List<Integer>> each : begins.entrySet()) {
            int length = each.getKey();
            int[] rows =
                    each.getValue().stream()
                            .flatMapToInt(begin -> IntStream.range(begin, begin + length))
                            .toArray();
            for (int row : rows) {
                back[row] = placed++;
            }
            boolean[] all = new boolean[length * length];
            Arrays.fill(all, true);
            alike.add(
                    new Alike(
                            new Batch(
                                    each.getValue().size(),
                                    length,
                                    Optional.of(device.mask(all, length, length))),
                            one ? Optional.empty() : Optional.of(device.ids(rows))));
        }
        return new Parts(alike, one ? Optional.empty() : Optional.of(device.ids(back)));
    }

    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        return joined(
                alike.stream()
                        .map(part -> part.among.mix(by, part.of(q), part.of(k), part.of(v)))
                        .toList());
    }

    /// For each row the mean of its part.
    ///
    /// @param x `[tokens, width]`
    /// @return the same shape
    Tensor means(Tensor x) {
        return joined(
                alike.stream()
                        .map(
                                part -> {
                                    int length = part.among.length();
                                    Tensor theirs =
                                            part.of(x).unflatten(0, part.among.size(), length);
                                    return theirs.mean(1)
                                            .unsqueeze(1)
                                            .expand_as(theirs)
                                            .flatten(0, 1);
                                })
                        .toList());
    }

    private Tensor joined(List<Tensor> parts) {
        Tensor all = Ops.cat(parts, 0);
        return back.map(rows -> all.index_select(0, rows)).orElse(all);
    }

    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        throw new IllegalStateException("values on their way are not rolled");
    }
}
