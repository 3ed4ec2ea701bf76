package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.torch.Processor;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Where networks read and write for whoever asks.
///
/// One at a time, whoever and however many they are: a product uses all cores anyway, and OpenBLAS
/// breaks the process where more than 64 threads are in it.
final class Apart {
    private static final ReentrantLock ONE = new ReentrantLock();

    private Apart() {}

    /// Does work without gradients, in a scope of its own, and not on a virtual thread, which
    /// libtorch must not see.
    static <T> T of(Supplier<T> work) {
        Supplier<T> scoped = // locks where it works, so that work may ask for other work
                () -> {
                    ONE.lock();
                    try (var _ = new PointerScope();
                            var _ = new NoGradGuard()) {
                        return work.get();
                    } finally {
                        ONE.unlock();
                    }
                };
        return Thread.currentThread().isVirtual() ? Processor.apart(scoped) : scoped.get();
    }
}
