package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;

import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// The processor as libtorch uses it; its number of threads is one for the whole process.
public final class Processor {
    private static final long STACK = 64 << 20; // bytes; OpenBLAS factorises in recursions

    private Processor() {}

    /// Lets products use so many threads from now on.
    ///
    /// @throws IllegalArgumentException if there is no thread among them
    public static void useThreads(int count) {
        Check.argument(count > 0, "threads is %d; it must be 1 or more", count);
        Libtorch.load();
        torch.set_num_threads(count);
        OpenMp.useBlasThreads(count);
    }

    /// Does work on a thread of its own, which then ends, and waits for it.
    ///
    /// OpenMP keeps a team of threads for every thread that ever ran a product, and once all teams
    /// together are more than the cores, their members no longer wait awake between products. A
    /// model that was loaded on one living thread and is used on another decoded at two thirds of
    /// its speed. So whoever loads or warms up beside the thread that decodes does it here.
    public static <T> T apart(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = Thread.ofPlatform().name("cumae-apart").stackSize(STACK).start(task);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(); // its end, not only its result: the team goes with the thread
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return switch (task.state()) {
            case SUCCESS -> task.resultNow();
            default -> throw rethrown(task.exceptionNow());
        };
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure; // a supplier throws nothing else
    }

    /// How many threads a product may use.
    public static int threads() {
        return torch.get_num_threads();
    }

    /// The rate of large float32 matrix products, in multiplications and additions a second: what
    /// other work is held against. Takes some tenths of a second.
    public static double matrixRate() {
        long size = 1024;
        int rounds = 12;
        try (var _ = new PointerScope();
                var _ = new InferenceMode()) {
            Tensor a = torch.ones(size, size);
            a.mm(a);
            double best = 0;
            for (int round = 0; round < rounds; round++) {
                long before = System.nanoTime();
                try (var _ = new PointerScope()) {
                    a.mm(a);
                }
                double seconds = (System.nanoTime() - before) * 1e-9;
                best = Math.max(best, 2.0 * size * size * size / seconds);
            }
            return best;
        }
    }

    /// How fast memory that is in no cache is read, in bytes a second: what decoding one text is
    /// held against, which reads every weight for each token. Takes half a second and 512 MiB.
    public static double memoryRate() {
        long floats = 1 << 27;
        int rounds = 9;
        try (var _ = new PointerScope();
                var _ = new InferenceMode()) {
            Tensor ones = torch.ones(floats);
            double best = 0;
            for (int round = 0; round < rounds; round++) {
                long before = System.nanoTime();
                try (var _ = new PointerScope()) {
                    ones.sum().item_float();
                }
                double seconds = (System.nanoTime() - before) * 1e-9;
                best = Math.max(best, (double) floats * Float.BYTES / seconds);
            }
            return best;
        }
    }
}
