package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.torch.Processor;

import java.util.function.Supplier;

/// Where networks read and write for whoever asks.
final class Apart {
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
        return Thread.currentThread().isVirtual() ? Processor.apart(scoped) : scoped.get();
    }
}
