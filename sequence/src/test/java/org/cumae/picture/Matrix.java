package org.cumae.picture;

import java.util.stream.IntStream;

/// Small dense matrices, for laws that are worked out.
///
/// @param of `[rows][columns]`
@SuppressWarnings("ArrayRecordComponent") // of tests
record Matrix(double[][] of) {
    interface Entry {
        double at(int row, int column);
    }

    static Matrix of(int rows, int columns, Entry entry) {
        double[][] all = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                all[i][j] = entry.at(i, j);
            }
        }
        return new Matrix(all);
    }

    static Matrix identity(int size) {
        return of(size, size, (i, j) -> i == j ? 1 : 0);
    }

    int rows() {
        return of.length;
    }

    int columns() {
        return of.length == 0 ? 0 : of[0].length;
    }

    /// Some rows and columns.
    Matrix part(int[] rows, int[] columns) {
        return of(rows.length, columns.length, (i, j) -> of[rows[i]][columns[j]]);
    }

    Matrix turned() {
        return of(columns(), rows(), (i, j) -> of[j][i]);
    }

    Matrix times(Matrix other) {
        return of(
                rows(),
                other.columns(),
                (i, j) ->
                        IntStream.range(0, columns())
                                .mapToDouble(k -> of[i][k] * other.of[k][j])
                                .sum());
    }

    double[] times(double... vector) {
        double[] product = new double[rows()];
        for (int i = 0; i < product.length; i++) {
            for (int j = 0; j < vector.length; j++) {
                product[i] += of[i][j] * vector[j];
            }
        }
        return product;
    }

    /// This times a number, and another one times another.
    Matrix plus(double own, double more, Matrix other) {
        return of(rows(), columns(), (i, j) -> own * of[i][j] + more * other.of[i][j]);
    }

    /// The length of all entries as one vector.
    double size() {
        double sum = 0;
        for (double[] row : of) {
            for (double each : row) {
                sum += each * each;
            }
        }
        return Math.sqrt(sum);
    }

    /// By Gauss and Jordan, with the largest pivot.
    Matrix inverse() {
        int size = rows();
        double[][] left = of(size, size, (i, j) -> of[i][j]).of;
        double[][] right = identity(size).of;
        for (int column = 0; column < size; column++) {
            int best = column;
            for (int row = column; row < size; row++) {
                best = Math.abs(left[row][column]) > Math.abs(left[best][column]) ? row : best;
            }
            swap(left, column, best);
            swap(right, column, best);
            double pivot = left[column][column];
            for (int j = 0; j < size; j++) {
                left[column][j] /= pivot;
                right[column][j] /= pivot;
            }
            for (int row = 0; row < size; row++) {
                double factor = left[row][column];
                for (int j = 0; row != column && j < size; j++) {
                    left[row][j] -= factor * left[column][j];
                    right[row][j] -= factor * right[column][j];
                }
            }
        }
        return new Matrix(right);
    }

    private static void swap(double[][] rows, int one, int other) {
        double[] kept = rows[one];
        rows[one] = rows[other];
        rows[other] = kept;
    }
}
