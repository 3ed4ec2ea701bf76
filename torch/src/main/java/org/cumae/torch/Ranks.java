package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.cumae.Check;

import java.nio.file.Path;
import java.time.Duration;

/// Processes of one machine that compute one model together, as one of them sees it.
///
/// They add tensors up over Gloo (libtorch's c10d) on the loopback interface. All of them ask for
/// the same sums in the same order; whoever waits for one that has ended is told within a second,
/// and for one that does nothing within [#PATIENCE].
public final class Ranks implements AutoCloseable {
    /// How long a sum waits for the others.
    public static final Duration PATIENCE = Duration.ofSeconds(25);

    private static final String LOOPBACK = "127.0.0.1";

    private final int rank;
    private final int count;
    private final FileStore store;
    private final ProcessGroupGloo group;

    private Ranks(int rank, int count, FileStore store, ProcessGroupGloo group) {
        this.rank = rank;
        this.count = count;
        this.store = store;
        this.group = group;
    }

    /// Waits until all are there, for [#PATIENCE] at most.
    ///
    /// @param rank which this is, from 0
    /// @param count how many they are
    /// @param meeting a file that is not there yet, the same for all; through it they learn of each
    ///   other
    /// @throws LostRankException if one did not come
    public static Ranks join(int rank, int count, Path meeting) {
        Check.argument(
                count > 1 && rank >= 0 && rank < count,
                "rank is %d of %d; ranks are numbered from 0, and two or more work together",
                rank,
                count);
        try (var _ = new PointerScope()) {
            FileStore store = new FileStore(meeting.toString(), count);
            ProcessGroupGloo.Options options =
                    new ProcessGroupGloo.Options(new Milliseconds(PATIENCE.toMillis()));
            options.devices(
                    new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(LOOPBACK)));
            store.setTimeout(new Milliseconds(PATIENCE.toMillis()));
            ProcessGroupGloo group =
                    StandardOutput.silenced(
                            () -> new ProcessGroupGloo(store, rank, count, options));
            store.retainReference();
            group.retainReference();
            return new Ranks(rank, count, store, group);
        } catch (RuntimeException e) {
            throw new LostRankException(
                    "rank %d of %d waited %d s for the others to begin"
                            .formatted(rank, count, PATIENCE.toSeconds()),
                    e);
        }
    }

    /// Which this is, from 0.
    public int rank() {
        return rank;
    }

    /// How many they are.
    public int count() {
        return count;
    }

    /// Adds up what each has. Needs an open scope.
    ///
    /// @param share of the same shape in all of them, float32; overwritten where it is contiguous
    /// @return the sum, the same in all of them
    /// @throws LostRankException if another has ended
    public Tensor sum(Tensor share) {
        Tensor sum = share.contiguous();
        try (Work work = group.allreduce(new TensorVector(sum))) {
            work._wait();
        } catch (RuntimeException e) {
            throw new LostRankException(
                    "rank %d of %d lost another one in the middle of a pass; start them again"
                            .formatted(rank, count),
                    e);
        }
        return sum;
    }

    @Override
    public void close() {
        group.close();
        store.close();
    }
}
