package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.torch.Device;
import org.cumae.torch.Float16Matrix;
import org.cumae.torch.Float32Matrix;
import org.cumae.torch.Int8Matrix;
import org.cumae.torch.Ops;
import org.cumae.torch.PackedMatrix;
import org.cumae.torch.SplitMatrix;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFile;
import org.cumae.weights.WeightSummary;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// In how many bits a model holds its matrices while it serves. Rows, norms and caches are float32
/// whatever it is; docs/speed.md has what each gives and takes.
public enum Precision {
    /// As golden numbers are computed.
    FLOAT32,
    /// Half the memory. Files in float16 or bfloat16 lose nothing.
    FLOAT16,
    /// A quarter of the memory, one scale for each row of a matrix: for files that were quantised
    /// before.
    INT8;

    /// The precision of a name.
    ///
    /// @param dtype `float32`, `float16` or `int8`
    /// @throws IllegalArgumentException naming the known ones
    public static Precision parse(String dtype) {
        return Arrays.stream(values())
                .filter(precision -> precision.toString().equals(dtype))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "dtype is '%s'; known are auto, %s"
                                                .formatted(dtype, names())));
    }

    private static String names() {
        return Arrays.stream(values()).map(Precision::toString).collect(Collectors.joining(", "));
    }

    /// What `auto` means: the fewest bits that lose next to nothing of what the file holds, judged
    /// by the type that most of its bytes have.
    ///
    /// @param path as [Backbone#load(Path, Device, Precision)] takes it
    /// @param device where the model is to live
    public static Precision fitting(Path path, Device device) {
        if (device.kind() != Device.Kind.CPU || !PackedMatrix.savesBits()) {
            return FLOAT32;
        }
        try (WeightFile file = WeightFile.open(path)) {
            Map<TensorType, Long> bytes = WeightSummary.of(file).bytesByType();
            TensorType type =
                    Collections.max(bytes.entrySet(), Map.Entry.comparingByValue()).getKey();
            return switch (type) {
                case F16, BF16 -> FLOAT16;
                default -> type.isQuantised() ? INT8 : FLOAT32;
            };
        }
    }

    /// Whether matrices are packed for products there.
    boolean packs(Device device) {
        return this != FLOAT32 || device.kind() == Device.Kind.CPU && Float32Matrix.isSupported();
    }

    /// @param weight `[out, in] float32`
    /// @param bias `[out] float32`
    PackedMatrix pack(Tensor weight, Optional<Tensor> bias) {
        return SplitMatrix.of(
                weight,
                bias,
                switch (this) {
                    case FLOAT32 -> Float32Matrix::of;
                    case FLOAT16 -> Float16Matrix::of;
                    case INT8 -> Int8Matrix::of;
                });
    }

    /// A matrix of vectors to look up, as it is held.
    ///
    /// @param table `[count, width] float32`
    Tensor table(Tensor table) {
        return this == FLOAT32 ? table : Ops.float16(table);
    }

    /// Refuses what the machine cannot do.
    ///
    /// @throws IllegalArgumentException naming the device and the remedy
    void check(Device device) {
        Check.argument(
                this == FLOAT32 || device.kind() == Device.Kind.CPU,
                "dtype %s is for the processor, and the device is %s; use float32 there",
                this,
                device);
        Check.argument(
                this == FLOAT32 || PackedMatrix.savesBits(),
                "dtype is %s, and libtorch packs no matrices on this processor; use float32",
                this);
    }

    /// As [#parse] reads it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
