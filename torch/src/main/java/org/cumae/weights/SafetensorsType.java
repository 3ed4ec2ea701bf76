package org.cumae.weights;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The names safetensors gives to types. The ones that can be held are those of the plain
/// [TensorType]s.
final class SafetensorsType {
    private SafetensorsType() {}

    static Optional<TensorType> of(String dtype) {
        return Arrays.stream(TensorType.values())
                .filter(type -> !type.isQuantised() && type.name().equals(dtype))
                .findFirst();
    }

    /// The name of a type, refused for types that only GGUF has.
    static String nameOf(TensorType type) {
        if (type.isQuantised()) {
            throw new IllegalArgumentException(
                    "safetensors has no type for " + type + "; write GGUF, or dequantise to F16");
        }
        return type.name();
    }

    static String known() {
        return Arrays.stream(TensorType.values())
                .filter(type -> !type.isQuantised())
                .map(TensorType::name)
                .collect(Collectors.joining(", "));
    }
}
