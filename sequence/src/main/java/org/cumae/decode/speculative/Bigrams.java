package org.cumae.decode.speculative;

import org.cumae.canvas.Address;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.distribution.Categorical;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How often values stand behind each other in what is known of a canvas, in raster order; where
/// the value to the left is not known, or has no successor yet, how often values occur at all.
final class Bigrams {
    private final Map<Address, Address> left = new HashMap<>();
    private final Map<Address, Address> right = new HashMap<>();
    private final Map<Address, Integer> codes = new HashMap<>();
    private final TreeMap<Integer, Integer> all = new TreeMap<>();
    private final Map<Integer, TreeMap<Integer, Integer>> after = new HashMap<>();

    Bigrams(Layout layout) {
        List<Address> line = layout.addresses();
        for (int i = 1; i < line.size(); i++) {
            if (line.get(i).type().equals(line.get(i - 1).type())) {
                left.put(line.get(i), line.get(i - 1));
                right.put(line.get(i - 1), line.get(i));
            }
        }
    }

    /// A variable became known.
    void add(Element element) {
        int code = element.codes().get(0);
        codes.put(element.address(), code);
        all.merge(code, 1, Integer::sum);
        value(left, element.address()).ifPresent(before -> pair(before, code));
        value(right, element.address()).ifPresent(next -> pair(code, next));
    }

    private Optional<Integer> value(Map<Address, Address> beside, Address address) {
        return Optional.ofNullable(beside.get(address)).map(codes::get);
    }

    private void pair(int before, int code) {
        after.computeIfAbsent(before, _ -> new TreeMap<>()).merge(code, 1, Integer::sum);
    }

    /// What is likely at a place.
    ///
    /// @param guessed values that are not known, but supposed
    /// @return empty if nothing is known at all
    Optional<Categorical> law(Address address, Map<Address, Integer> guessed) {
        Optional<Integer> before =
                Optional.ofNullable(left.get(address))
                        .flatMap(
                                beside ->
                                        Optional.ofNullable(guessed.get(beside))
                                                .or(() -> Optional.ofNullable(codes.get(beside))));
        TreeMap<Integer, Integer> counts = before.map(after::get).orElse(all);
        if (counts.isEmpty()) {
            return Optional.empty();
        }
        int[] ids = new int[counts.size()];
        float[] logits = new float[ids.length];
        int next = 0;
        for (Map.Entry<Integer, Integer> count : counts.entrySet()) {
            ids[next] = count.getKey();
            logits[next++] = (float) Math.log(count.getValue());
        }
        return Optional.of(Categorical.listed(ids, logits));
    }
}
