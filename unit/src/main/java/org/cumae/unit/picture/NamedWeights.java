package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;
import org.cumae.weights.TensorType;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of a code, by the names that a file has for them.
///
/// @param byName native memory, borrowed
record NamedWeights(Map<String, Tensor> byName) {
    /// Copies the map, in its order.
    NamedWeights {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /// All, always in the same order.
    List<Tensor> all() {
        return List.copyOf(byName.values());
    }

    /// As they stand in a file. Needs a scope that is open until they are written.
    List<NewTensor> files() {
        return byName.entrySet().stream()
                .map(each -> Ops.file(each.getKey(), each.getValue(), TensorType.F16))
                .toList();
    }

    /// Rounds all as a file has them.
    void round() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            byName.values()
                    .forEach(weight -> weight.copy_(Ops.float16(weight).to(ScalarType.Float)));
        }
    }
}
