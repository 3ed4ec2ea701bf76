package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Device;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Some rows of a tensor, each once, in the order of their first mention.
///
/// @param places for each row where it stands among them
record Rows(Map<Integer, Integer> places) {
    static Rows of(IntStream mentioned) {
        Map<Integer, Integer> places = new LinkedHashMap<>();
        mentioned.forEach(row -> places.putIfAbsent(row, places.size()));
        return new Rows(places);
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /// Where a row stands among them.
    int place(int row) {
        return Objects.requireNonNull(places.get(row), "a row that was not mentioned");
    }

    /// The rows of a tensor, itself where these are all of its rows as they stand.
    Tensor of(Tensor all, Device device) {
        boolean asTheyStand =
                places.size() == all.size(0)
                        && places.entrySet().stream()
                                .allMatch(e -> e.getKey().equals(e.getValue()));
        return asTheyStand
                ? all
                : all.index_select(
                        0,
                        device.ids(places.keySet().stream().mapToInt(Integer::intValue).toArray()));
    }
}
