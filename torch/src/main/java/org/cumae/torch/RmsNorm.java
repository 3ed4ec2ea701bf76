package org.cumae.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The root-mean-square norm of rows in use, in one go: libtorch does it in eight steps, each of
/// which costs more than the row.
final class RmsNorm {
    private RmsNorm() {}

    /// @param x `[..., width] float32`, contiguous, on the processor, not to be differentiated
    /// @param weight `[width] float32`, same
    static Tensor of(Tensor x, Tensor weight, double epsilon) {
        int width = Math.toIntExact(weight.size(0));
        Tensor result = torch.empty_like(x);
        MemorySegment from = Ops.memory(x);
        MemorySegment to = Ops.memory(result);
        float[] scale = Ops.memory(weight).toArray(ValueLayout.JAVA_FLOAT);
        float[] row = new float[width];
        for (long at = 0; at < from.byteSize(); at += (long) width * Float.BYTES) {
            MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, at, row, 0, width);
            float inverse = (float) (1 / Math.sqrt(squares(row) / width + epsilon));
            for (int i = 0; i < width; i++) {
                row[i] = row[i] * inverse * scale[i];
            }
            MemorySegment.copy(row, 0, to, ValueLayout.JAVA_FLOAT, at, width);
        }
        return result;
    }

    /// In four sums, so that one addition need not wait for the other.
    private static double squares(float... row) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 3 < row.length; i += 4) {
            a += row[i] * row[i];
            b += row[i + 1] * row[i + 1];
            c += row[i + 2] * row[i + 2];
            d += row[i + 3] * row[i + 3];
        }
        for (; i < row.length; i++) {
            a += row[i] * row[i];
        }
        return (double) a + b + c + d;
    }
}
