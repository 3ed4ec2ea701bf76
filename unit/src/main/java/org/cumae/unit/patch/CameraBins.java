package org.cumae.unit.patch;

import org.cumae.Check;
import org.cumae.psi.Pose;

import java.util.List;

/// A camera's motion as seven whole numbers below 10,000: an axis-angle in tenths of a degree, the
/// direction of a shift in thousandths, and its length in thousandths (as in LRAS, arXiv
/// 2504.03875, and PSI).
public final class CameraBins {
    /// Numbers are `[0, CODES)`.
    public static final int CODES = 10_000;

    private static final double DEGREES = 0.1;
    private static final double SHIFT = 0.001;
    private static final int NO_TURN = 1801;
    private static final int NO_DIRECTION = 1001;
    private static final int NO_SHIFT = 1;
    private static final double TINY = 1e-9;

    private CameraBins() {}

    /// The numbers of a motion.
    ///
    /// @throws IllegalArgumentException if the shift is longer than 9.998
    public static List<Integer> of(Pose pose) {
        double[] turn = axisAngle(pose.rotation());
        double[] shift = pose.shift().stream().mapToDouble(Double::doubleValue).toArray();
        double length = norm(shift);
        int last = NO_SHIFT + (int) Math.round(length / SHIFT);
        Check.argument(
                last < CODES,
                "the camera moves by %.3f; at most %.3f has a number, scale the scene down",
                length,
                (CODES - 1 - NO_SHIFT) * SHIFT);
        double scale = length > TINY ? 1 / length : 0;
        return List.of(
                NO_TURN + (int) Math.round(turn[0] / DEGREES),
                NO_TURN + (int) Math.round(turn[1] / DEGREES),
                NO_TURN + (int) Math.round(turn[2] / DEGREES),
                NO_DIRECTION + (int) Math.round(shift[0] * scale / SHIFT),
                NO_DIRECTION + (int) Math.round(shift[1] * scale / SHIFT),
                NO_DIRECTION + (int) Math.round(shift[2] * scale / SHIFT),
                last);
    }

    /// The motion of some numbers.
    ///
    /// @param numbers seven
    public static Pose pose(List<Integer> numbers) {
        Check.argument(numbers.size() == 7, "%s are not seven numbers", numbers);
        double[] turn = new double[3];
        double[] shift = new double[3];
        double length = (numbers.get(6) - NO_SHIFT) * SHIFT;
        for (int i = 0; i < 3; i++) {
            turn[i] = (numbers.get(i) - NO_TURN) * DEGREES;
            shift[i] = (numbers.get(3 + i) - NO_DIRECTION) * SHIFT * length;
        }
        return new Pose(rotation(turn), List.of(shift[0], shift[1], shift[2]));
    }

    /// The axis of a rotation, as long as its angle in degrees.
    static double[] axisAngle(List<List<Double>> m) {
        double cosine = (m.get(0).get(0) + m.get(1).get(1) + m.get(2).get(2) - 1) / 2;
        double angle = Math.acos(Math.clamp(cosine, -1.0, 1.0));
        double[] axis = {
            m.get(2).get(1) - m.get(1).get(2),
            m.get(0).get(2) - m.get(2).get(0),
            m.get(1).get(0) - m.get(0).get(1)
        };
        if (norm(axis) < 1e-6) { // no turn, or half a turn, of which only the symmetric part tells
            if (cosine > 0) {
                return new double[3];
            }
            int most = 0;
            for (int i = 1; i < 3; i++) {
                most = m.get(i).get(i) > m.get(most).get(most) ? i : most;
            }
            for (int i = 0; i < 3; i++) {
                axis[i] = m.get(most).get(i) + (i == most ? 1 : 0);
            }
        }
        double scale = Math.toDegrees(angle) / norm(axis);
        return new double[] {axis[0] * scale, axis[1] * scale, axis[2] * scale};
    }

    /// Rodrigues' formula.
    private static List<List<Double>> rotation(double[] degrees) {
        double angle = Math.toRadians(norm(degrees));
        double[] a = new double[3];
        for (int i = 0; i < 3; i++) {
            a[i] = angle < TINY ? 0 : Math.toRadians(degrees[i]) / angle;
        }
        double c = Math.cos(angle);
        double s = Math.sin(angle);
        double r = 1 - c;
        return List.of(
                List.of(
                        c + a[0] * a[0] * r,
                        a[0] * a[1] * r - a[2] * s,
                        a[0] * a[2] * r + a[1] * s),
                List.of(
                        a[1] * a[0] * r + a[2] * s,
                        c + a[1] * a[1] * r,
                        a[1] * a[2] * r - a[0] * s),
                List.of(
                        a[2] * a[0] * r - a[1] * s,
                        a[2] * a[1] * r + a[0] * s,
                        c + a[2] * a[2] * r));
    }

    private static double norm(double[] v) {
        return Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    }
}
