package org.cumae.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a model lives: the processor, or one CUDA device. All tensors of a model in use are made
/// here.
///
/// @param kind which sort of device
/// @param index which one of its sort, from 0
public record Device(Kind kind, int index) {
    /// The processor.
    public static final Device CPU = new Device(Kind.CPU, 0);

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    /// Sorts of devices.
    public enum Kind {
        /// The processor.
        CPU,
        /// NVIDIA's.
        CUDA
    }

    /// The device of a name.
    ///
    /// @param name `cpu`, `cuda` or `cuda:1`; `auto` is `cuda` where there is one and `cpu`
    ///   elsewhere
    /// @throws IllegalArgumentException if there is no such device here
    public static Device parse(String name) {
        Libtorch.load();
        int there = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
        Matcher cuda = CUDA.matcher(name);
        if (name.equals("cpu") || name.equals("auto") && there == 0) {
            return CPU;
        }
        if (!name.equals("auto") && !cuda.matches()) {
            throw new IllegalArgumentException(
                    "device is '%s'; known are auto, cpu, cuda and cuda:1".formatted(name));
        }
        int index =
                name.equals("auto") || cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        if (index >= there) {
            throw new IllegalArgumentException(
                    there == 0
                            ? "device is '%s', and this libtorch sees no CUDA device; use cpu, or run with the CUDA build of org.bytedeco:pytorch on a machine that has one"
                                    .formatted(name)
                            : "device is '%s', and there are %d CUDA devices, numbered from 0"
                                    .formatted(name, there));
        }
        return new Device(Kind.CUDA, index);
    }

    /// The tensor here: itself, or a copy.
    public Tensor place(Tensor tensor) {
        return kind == Kind.CPU
                ? tensor
                : tensor.to(
                        new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) index),
                        tensor.scalar_type());
    }

    /// Java ids as a tensor, `[length] int64`.
    public Tensor ids(int... ids) {
        return place(Ops.ids(ids));
    }

    /// Java numbers as a tensor of the given shape.
    public Tensor floats(float[] values, long... shape) {
        return place(Tensor.create(values, shape));
    }

    /// Truth values as a tensor, `[rows, columns] bool`.
    public Tensor mask(boolean[] values, int rows, int columns) {
        return place(Ops.mask(values, rows, columns));
    }

    /// A float tensor that holds anything.
    public Tensor empty(long... shape) {
        return place(torch.empty(shape));
    }

    /// As [#parse] reads it.
    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
