package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.model.Want.Voice;
import org.cumae.torch.Device;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Logits that are the mean of what several heads say of several rows.
///
/// @param rows for each head which rows it reads
/// @param targets for each head to which target what it says goes
/// @param shares for each head how much of the target that is
/// @param size how many targets
record Blend(List<int[]> rows, List<int[]> targets, List<float[]> shares, int size) {
    /// @param voices of each target
    /// @param directions how many heads there are
    static Blend of(List<List<Voice>> voices, int directions) {
        List<int[]> rows = new ArrayList<>();
        List<int[]> targets = new ArrayList<>();
        List<float[]> shares = new ArrayList<>();
        for (int direction = 0; direction < directions; direction++) {
            int count = 0;
            for (List<Voice> target : voices) {
                for (Voice voice : target) {
                    count += voice.direction() == direction ? 1 : 0;
                }
            }
            int[] from = new int[count];
            int[] to = new int[count];
            float[] share = new float[count];
            int next = 0;
            for (int target = 0; target < voices.size(); target++) {
                for (Voice voice : voices.get(target)) {
                    if (voice.direction() == direction) {
                        from[next] = voice.row();
                        to[next] = target;
                        share[next++] = 1f / voices.get(target).size();
                    }
                }
            }
            rows.add(from);
            targets.add(to);
            shares.add(share);
        }
        return new Blend(rows, targets, shares, voices.size());
    }

    /// Whether one head says each target alone, in their order.
    private boolean isPlain() {
        boolean plain = rows.getFirst().length == size;
        for (int i = 0; plain && i < size; i++) {
            plain = targets.getFirst()[i] == i && shares.getFirst()[i] == 1;
        }
        return plain;
    }

    /// The logits of all targets, `[size, vocab]`. Needs an open scope.
    Tensor logits(Backbone backbone, Directions directions) {
        Device device = backbone.device();
        if (isPlain()) {
            return backbone.direction(
                    0, directions.trunk().index_select(0, device.ids(rows.getFirst())));
        }
        @Nullable Tensor sum = null;
        for (int direction = 0; direction < rows.size(); direction++) {
            int[] from = rows.get(direction);
            if (from.length > 0) {
                Tensor stream =
                        direction == 0
                                ? directions.trunk()
                                : directions.branches().get(direction - 1);
                Tensor said =
                        backbone.direction(
                                direction,
                                stream.index_select(0, device.ids(from))); // [from, vocab]
                Tensor shared =
                        said.mul(device.floats(shares.get(direction), from.length, 1)); // same
                Tensor all =
                        sum == null
                                ? torch.zeros(new long[] {size, said.size(1)}, said.options())
                                : sum;
                sum = all.index_add(0, device.ids(targets.get(direction)), shared);
            }
        }
        return Objects.requireNonNull(sum, "a blend of nothing");
    }
}
