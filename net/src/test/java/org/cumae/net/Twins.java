package org.cumae.net;

import org.cumae.canvas.Span;
import org.cumae.picture.GridCode;
import org.cumae.psi.Raster;

/// Two codes a cell, one of five and one of six: eleven in all.
record Twins(int down, int across) implements GridCode {
    @Override
    public int vocabulary() {
        return 11;
    }

    @Override
    public int perCell() {
        return 2;
    }

    @Override
    public Span span(int part) {
        return part == 0 ? new Span(0, 5) : new Span(5, 11);
    }

    @Override
    public float[] numbers(int... codes) {
        return new float[] {codes[0], codes[1] - 8, codes[0] == 3 ? 1 : -1};
    }

    @Override
    public int width() {
        return 3;
    }

    @Override
    public int rows() {
        return down;
    }

    @Override
    public int columns() {
        return across;
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public int[] read(Raster picture) {
        throw new UnsupportedOperationException("there are no pictures here");
    }

    @Override
    public Raster write(int... codes) {
        throw new UnsupportedOperationException("there are no pictures here");
    }
}
