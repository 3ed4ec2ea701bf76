package org.cumae.train.picture;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.train.Batches;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Numbers of examples, each once an epoch, in another order by chance each time; an epoch's last
/// few that fill no batch wait for another one.
///
/// @param count how many examples
/// @param batch how many at a time
/// @param seed of the orders
public record Epochs(int count, int batch, long seed) implements Batches<List<Integer>> {
    /// Checks the sizes.
    public Epochs {
        Check.argument(
                batch > 0 && batch <= count,
                "a batch has %d examples of %d; take [1, %d]",
                batch,
                count,
                count);
    }

    /// How many batches an epoch has.
    public int perEpoch() {
        return count / batch;
    }

    @Override
    public List<Integer> at(long number) {
        Noise noise = Noise.of(seed, number / perEpoch());
        List<Integer> line = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            line.add(i);
        }
        line.sort(Comparator.comparingLong((Integer i) -> noise.bits(i)).thenComparing(i -> i));
        int from = (int) (number % perEpoch()) * batch;
        return List.copyOf(line.subList(from, from + batch));
    }
}
