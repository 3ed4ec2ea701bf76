package org.cumae.series;

import java.util.Locale;

/// How a series may rise or fall in the long run.
public enum Trend {
    /// Not at all.
    NONE(0),
    /// Along a straight line.
    LINEAR(1),
    /// Along a line that may bend ten times in the first four fifths of what is learned.
    BENDS(11);

    private static final double LAST = 0.8; // the share of what is learned behind which none bends

    private final int width;

    Trend(int width) {
        this.width = width;
    }

    /// As users write it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// How many numbers say where on it a time is.
    int width() {
        return width;
    }

    /// Where on it a time is: how far behind the start, and how far behind each place where it may
    /// bend.
    ///
    /// @param share of what is learned that lies before the time
    /// @param to where they go
    /// @param at the first place there
    void write(double share, double[] to, int at) {
        for (int i = 0; i < width; i++) {
            double bend = i == 0 ? 0 : LAST * i / (width - 1); // the first is the line itself
            to[at + i] = i == 0 ? share : Math.max(0, share - bend);
        }
    }
}
