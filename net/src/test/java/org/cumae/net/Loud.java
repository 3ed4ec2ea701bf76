package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

/// Models by chance in which everything matters.
final class Loud {
    private Loud() {}

    /// A backbone whose matrices are far from how they begin.
    static Backbone backbone(TransformerConfig config, double deviation) {
        Backbone backbone = Backbone.fresh(config, 3);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            for (Tensor weight : backbone.tensors()) {
                if (weight.dim() > 1) {
                    weight.copy_(
                            torch.randn(weight.sizes().vec().get()).mul_(Ops.scalar(deviation)));
                }
            }
        }
        return backbone;
    }
}
