package org.cumae.psi;

import org.cumae.Check;

import java.util.List;

/// A motion of something rigid: it is turned about a point, and then moved. The picture's x points
/// right, y down, and z away from the eye.
///
/// @param rotation `[3][3]`, row after row
/// @param shift `[3]`, in units of depth
public record Pose(List<List<Double>> rotation, List<Double> shift) {
    private static final double TOLERANCE = 1e-6;

    /// Stays where it is.
    public static final Pose IDENTITY =
            new Pose(
                    List.of(List.of(1.0, 0.0, 0.0), List.of(0.0, 1.0, 0.0), List.of(0.0, 0.0, 1.0)),
                    List.of(0.0, 0.0, 0.0));

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the matrix is no rotation
    public Pose {
        rotation = rotation.stream().map(List::copyOf).toList();
        shift = List.copyOf(shift);
        Check.argument(
                rotation.size() == 3
                        && rotation.stream().allMatch(row -> row.size() == 3)
                        && shift.size() == 3,
                "a pose needs a matrix of 3 x 3 and a shift of 3 numbers; it was given %s and %s",
                rotation,
                shift);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double product = 0;
                for (int k = 0; k < 3; k++) {
                    product += rotation.get(i).get(k) * rotation.get(j).get(k);
                }
                Check.argument(
                        Math.abs(product - (i == j ? 1 : 0)) < TOLERANCE,
                        "the matrix %s is no rotation: rows %d and %d have product %s",
                        rotation,
                        i,
                        j,
                        product);
            }
        }
        Check.argument(
                determinant(rotation) > 0,
                "the matrix %s mirrors; a pose only turns and moves",
                rotation);
    }

    private static double determinant(List<List<Double>> m) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3;
            int k = (i + 2) % 3;
            sum +=
                    m.get(0).get(i)
                            * (m.get(1).get(j) * m.get(2).get(k)
                                    - m.get(1).get(k) * m.get(2).get(j));
        }
        return sum;
    }

    /// Moved, not turned.
    public static Pose move(double x, double y, double z) {
        return new Pose(IDENTITY.rotation, List.of(x, y, z));
    }

    /// Turned about the axis that points down: the right side goes away from the eye.
    public static Pose rotateY(double degrees) {
        double c = Math.cos(Math.toRadians(degrees));
        double s = Math.sin(Math.toRadians(degrees));
        return new Pose(
                List.of(List.of(c, 0.0, -s), List.of(0.0, 1.0, 0.0), List.of(s, 0.0, c)),
                IDENTITY.shift);
    }

    /// Turned about the axis that points away from the eye: the right side goes down.
    public static Pose rotateZ(double degrees) {
        double c = Math.cos(Math.toRadians(degrees));
        double s = Math.sin(Math.toRadians(degrees));
        return new Pose(
                List.of(List.of(c, -s, 0.0), List.of(s, c, 0.0), List.of(0.0, 0.0, 1.0)),
                IDENTITY.shift);
    }

    /// Where a point comes to lie, `[3]`.
    ///
    /// @param point `[3]`
    /// @param centre `[3]`, about which it is turned
    double[] apply(double[] point, double[] centre) {
        double[] moved = new double[3];
        for (int i = 0; i < 3; i++) {
            moved[i] = centre[i] + shift.get(i);
            for (int j = 0; j < 3; j++) {
                moved[i] += rotation.get(i).get(j) * (point[j] - centre[j]);
            }
        }
        return moved;
    }
}
