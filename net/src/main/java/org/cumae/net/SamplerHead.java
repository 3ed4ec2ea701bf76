package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.cumae.decode.speculative.draft.Successor;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Want;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A backbone's [Foresight] at work, on one platform thread: decoders ask from virtual ones, which
/// libtorch must not see.
final class SamplerHead implements Successor, AutoCloseable {
    private final Backbone backbone;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("cumae-sampler").factory());

    SamplerHead(Backbone backbone) {
        this.backbone = backbone;
    }

    @Override
    public Finding after(int token, Vector hidden, Want want) {
        Future<Finding> found = thread.submit(() -> find(token, hidden, want));
        try {
            return found.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while drafting");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the sampler failed", e);
        }
    }

    private Finding find(int token, Vector hidden, Want want) {
        try (var _ = new PointerScope();
                var _ = new InferenceMode()) {
            Tensor row = backbone.device().floats(hidden.toArray(), 1, backbone.config().width());
            Tensor logits = backbone.head(backbone.joined(backbone.device().ids(token), row));
            return Findings.of(backbone.device(), logits, want);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
