package org.cumae.unit.patch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;

/// The axes on which things differ most.
///
/// @param mean of all, `[numbers]`
/// @param axes of unit length and at right angles to each other, that of most variance first,
///   `[width][numbers]`
/// @param variances along them, `[width]`
@SuppressWarnings("ArrayRecordComponent") // made once and looked at
public record PrincipalAxes(float[] mean, float[][] axes, float[] variances) {
    /// Of things.
    ///
    /// @param things `[count][numbers]`
    /// @param width how many axes; at most as many as a thing has numbers
    public static PrincipalAxes of(float[][] things, int width) {
        int numbers = things[0].length;
        Check.argument(
                width > 0 && width <= numbers,
                "patches have %d numbers and %d axes are asked for",
                numbers,
                width);
        float[] flat = new float[things.length * numbers];
        for (int i = 0; i < things.length; i++) {
            System.arraycopy(things[i], 0, flat, i * numbers, numbers);
        }
        Libtorch.load();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor all =
                    Tensor.create(flat, things.length, numbers)
                            .to(ScalarType.Double); // [count, numbers]
            Tensor mean = all.mean(0);
            Tensor off = all.sub(mean);
            Tensor spread = off.t().matmul(off).div(Ops.scalar((double) all.size(0)));
            return Ops.eigen(
                    spread,
                    (values, vectors) -> {
                        float[] columns = Ops.floats(vectors.to(ScalarType.Float));
                        float[] ascending = Ops.floats(values.to(ScalarType.Float));
                        float[][] axes = new float[width][numbers];
                        float[] variances = new float[width];
                        for (int axis = 0; axis < width; axis++) {
                            int column = numbers - 1 - axis;
                            variances[axis] = Math.max(ascending[column], 0);
                            for (int i = 0; i < numbers; i++) {
                                axes[axis][i] = columns[i * numbers + column];
                            }
                        }
                        return new PrincipalAxes(
                                Ops.floats(mean.to(ScalarType.Float)), axes, variances);
                    });
        }
    }
}
