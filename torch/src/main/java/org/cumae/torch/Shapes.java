package org.cumae.torch;

import org.bytedeco.pytorch.Tensor;

import java.util.Arrays;
import java.util.List;

/// Refuses shapes that do not fit each other, before libtorch is asked.
final class Shapes {
    private Shapes() {}

    /// A matrix `[out, in]` and rows `[..., in]`.
    static void checkProduct(Tensor x, long... matrix) {
        if (x.dim() < 1 || matrix.length != 2 || x.size(-1) != matrix[1]) {
            throw new IllegalArgumentException(
                    "rows of shape %s do not fit a matrix of shape %s; the last axes must be equal"
                            .formatted(of(x), Arrays.toString(matrix)));
        }
    }

    /// As [#checkProduct(Tensor, long...)], with a bias `[out]`.
    static void checkProduct(Tensor x, Tensor matrix) {
        if (x.dim() < 1 || matrix.dim() != 2 || x.size(-1) != matrix.size(1)) {
            checkProduct(x, matrix.shape());
        }
    }

    static void checkBias(Tensor bias, Tensor matrix) {
        if (bias.dim() != 1 || bias.size(0) != matrix.size(0)) {
            throw new IllegalArgumentException(
                    "a bias of shape %s does not fit a matrix of shape %s; it needs one for each row"
                            .formatted(of(bias), of(matrix)));
        }
    }

    /// A scale or shift for each channel of `[..., width]`.
    static void checkChannels(Tensor x, Tensor each) {
        if (x.dim() < 1 || each.dim() != 1 || x.size(-1) != each.size(0)) {
            throw new IllegalArgumentException(
                    "rows of shape %s do not fit a norm of shape %s; the last axes must be equal"
                            .formatted(of(x), of(each)));
        }
    }

    static void checkSquare(Tensor matrix) {
        if (matrix.dim() != 2 || matrix.size(0) != matrix.size(1)) {
            throw new IllegalArgumentException(
                    "a matrix of shape %s has no inverse; both axes must be equal"
                            .formatted(of(matrix)));
        }
    }

    static void checkRows(Tensor x, Tensor y) {
        if (x.dim() != 2 || y.dim() != 2 || x.size(0) != y.size(0)) {
            throw new IllegalArgumentException(
                    "a matrix of shape %s does not explain one of shape %s; they must have as many rows"
                            .formatted(of(x), of(y)));
        }
    }

    static void checkAttention(Tensor q, Tensor k, Tensor v) {
        boolean fits =
                q.dim() == 4
                        && k.dim() == 4
                        && v.dim() == 4
                        && q.size(0) == k.size(0)
                        && q.size(1) == k.size(1)
                        && q.size(3) == k.size(3)
                        && k.size(0) == v.size(0)
                        && k.size(1) == v.size(1)
                        && k.size(2) == v.size(2);
        if (!fits) {
            throw new IllegalArgumentException(
                    "queries of shape %s do not fit keys of shape %s and values of shape %s; all are [batch, heads, rows, headDim], and only the number of rows may differ"
                            .formatted(of(q), of(k), of(v)));
        }
    }

    /// A mask `[..., rows, columns]` of attention, or one axis of size 1 in their place.
    static void checkMask(Tensor mask, Tensor q, Tensor k) {
        if (mask.dim() < 2
                || mask.size(-2) != q.size(2) && mask.size(-2) != 1
                || mask.size(-1) != k.size(2) && mask.size(-1) != 1) {
            throw new IllegalArgumentException(
                    "a mask of shape %s does not fit queries of shape %s and keys of shape %s; it is [rows, columns]"
                            .formatted(of(mask), of(q), of(k)));
        }
    }

    static void checkJoin(List<Tensor> parts, long axis) {
        Tensor first = parts.getFirst();
        for (Tensor part : parts) {
            if (axis >= part.dim() || !alike(part, first, axis)) {
                throw new IllegalArgumentException(
                        "shapes %s and %s do not join along axis %d; all other axes must be equal"
                                .formatted(of(first), of(part), axis));
            }
        }
    }

    static void checkAlike(List<Tensor> parts) {
        Tensor first = parts.getFirst();
        for (Tensor part : parts) {
            if (!alike(part, first, -1)) {
                throw new IllegalArgumentException(
                        "shapes %s and %s are stacked; they must be equal"
                                .formatted(of(first), of(part)));
            }
        }
    }

    /// Whether all axes but one are equal.
    private static boolean alike(Tensor one, Tensor other, long but) {
        boolean alike = one.dim() == other.dim();
        for (long axis = 0; alike && axis < one.dim(); axis++) {
            alike = axis == but || one.size(axis) == other.size(axis);
        }
        return alike;
    }

    static String of(Tensor tensor) {
        return Arrays.toString(tensor.shape());
    }
}
