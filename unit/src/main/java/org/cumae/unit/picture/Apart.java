package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.torch.Processor;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Where networks read and write for whoever asks.
final class Apart {
    /// Hundreds may ask at once, and OpenBLAS breaks where more than 64 threads are in it.
    private static final ReentrantLock ONE = new ReentrantLock();

    private Apart() {}

    /// Does work without gradients, in a scope of its own, and not on a virtual thread, which
    /// libtorch must not see.
    static <T> T of(Supplier<T> work) {
        Supplier<T> scoped =
                () -> {
                    try (var _ = new PointerScope();
                            var _ = new NoGradGuard()) {
                        return work.get();
                    }
                };
        if (!Thread.currentThread().isVirtual()) {
            return scoped.get();
        }
        ONE.lock();
        try {
            return Processor.apart(scoped);
        } finally {
            ONE.unlock();
        }
    }
}
