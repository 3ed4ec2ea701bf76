package org.cumae.net.picture;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.cumae.weights.WeightFile;

import java.util.LinkedHashMap;
import java.util.Map;

/// Where the weights of a network come from, by name: chance, or a file. What it gave it remembers,
/// in that order.
public final class Supply {
    private final Source source;
    private final Map<String, Tensor> given = new LinkedHashMap<>();

    private Supply(Source source) {
        this.source = source;
    }

    @FunctionalInterface
    private interface Source {
        Tensor take(String name, Start start, long... shape);
    }

    private enum Start {
        NORMAL,
        ONE,
        ZERO
    }

    /// Weights by chance, as He et al. begin (arXiv 1502.01852), of libtorch's generator: seed it
    /// first.
    public static Supply fresh() {
        return new Supply(
                (_, start, shape) ->
                        switch (start) {
                            case NORMAL -> normal(shape);
                            case ONE -> torch.ones(shape);
                            case ZERO -> torch.zeros(shape);
                        });
    }

    private static Tensor normal(long... shape) {
        double inputs = 1;
        for (int i = 1; i < shape.length; i++) {
            inputs *= shape[i];
        }
        return torch.randn(shape).mul_(Ops.scalar(Math.sqrt(2 / inputs)));
    }

    /// Weights of a file.
    ///
    /// @throws org.cumae.weights.WeightFileException if one is missing or damaged
    /// @throws IllegalArgumentException if one has another shape
    public static Supply of(WeightFile file) {
        return new Supply(
                (name, _, shape) -> {
                    Tensor tensor = torch.empty(shape);
                    Ops.readInto(file, name, tensor);
                    return tensor;
                });
    }

    private Tensor take(String name, Start start, long... shape) {
        Tensor tensor = source.take(name, start, shape).retainReference();
        given.put(name, tensor);
        return tensor;
    }

    /// A matrix, or the weights of a convolution.
    public Tensor weight(String name, long... shape) {
        return take(name, Start.NORMAL, shape);
    }

    /// What is multiplied by.
    public Tensor scale(String name, long... shape) {
        return take(name, Start.ONE, shape);
    }

    /// What is added.
    public Tensor shift(String name, long... shape) {
        return take(name, Start.ZERO, shape);
    }

    /// All that was given, by name, in order. Who takes it over closes it.
    public Map<String, Tensor> given() {
        return given;
    }
}
