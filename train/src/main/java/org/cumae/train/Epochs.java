package org.cumae.train;

import org.cumae.Check;
import org.cumae.noise.Noise;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Numbers of examples, each once an epoch, in another order by chance each time; an epoch's last
/// few that fill no batch wait for another one. For one thread.
public final class Epochs implements Batches<int[]> {
    private final int count;
    private final int batch;
    private final long seed;
    private long epoch = -1;
    private int[] order = {}; // of that epoch: an order is worked out once and read many times

    /// @param count how many examples
    /// @param batch how many at a time
    /// @param seed of the orders
    public Epochs(int count, int batch, long seed) {
        Check.argument(
                batch > 0 && batch <= count,
                "a batch has %d examples of %d; take [1, %d]",
                batch,
                count,
                count);
        this.count = count;
        this.batch = batch;
        this.seed = seed;
    }

    /// How many batches an epoch has.
    public int perEpoch() {
        return count / batch;
    }

    @Override
    public int[] at(long number) {
        long wanted = number / perEpoch();
        if (wanted != epoch) {
            epoch = wanted;
            order = IntStream.range(0, count).toArray();
            Noise.of(seed, wanted).shuffle(order);
        }
        int from = (int) (number % perEpoch()) * batch;
        return Arrays.copyOfRange(order, from, from + batch);
    }
}
