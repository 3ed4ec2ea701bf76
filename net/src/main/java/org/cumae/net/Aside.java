package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// A platform thread for small work on a model's weights beside its passes: decoders ask from
/// virtual threads, which libtorch must not see.
final class Aside implements AutoCloseable {
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("cumae-aside").factory());

    /// Works in a scope of its own, without gradients, while the caller waits.
    ///
    /// @throws CancellationException if the caller is interrupted
    <T> T ask(Supplier<T> work) {
        Future<T> found =
                thread.submit(
                        () -> {
                            try (var _ = new PointerScope();
                                    var _ = new InferenceMode()) {
                                return work.get();
                            }
                        });
        try {
            return found.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while drafting");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a model could not draft for itself", e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
