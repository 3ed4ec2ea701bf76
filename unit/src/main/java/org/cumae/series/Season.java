package org.cumae.series;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What comes again with the calendar, as a sum of sines and cosines.
///
/// Periods and how many waves each has are those that Prophet and NeuralProphet take.
public enum Season {
    /// A day, in six waves.
    DAY(1, 6),
    /// A week, in three.
    WEEK(7, 3),
    /// A year of 365.25 days, in six.
    YEAR(365.25, 6);

    private static final double SECONDS = 86_400;
    private static final int TIMES = 2; // that one must have come to be told from a trend

    private final double days;
    private final int waves;

    Season(double days, int waves) {
        this.days = days;
        this.waves = waves;
    }

    /// As users write it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Those that a series shows often enough, and in steps short enough, to be told.
    public static List<Season> of(Series series) {
        Duration step = Duration.between(series.time(0), series.time(1));
        Duration whole = Duration.between(series.time(0), series.time(series.length()));
        return Arrays.stream(values())
                .filter(
                        season ->
                                days(whole) >= TIMES * season.days
                                        && days(step) * TIMES <= season.days)
                .toList();
    }

    private static double days(Duration length) {
        return length.toMillis() / 1000.0 / SECONDS;
    }

    /// How many numbers say where in it a time is.
    int width() {
        return 2 * waves;
    }

    /// Where in it a time is: the sine and the cosine of each wave.
    ///
    /// @param to where they go
    /// @param at the first place there
    void write(LocalDateTime time, double[] to, int at) {
        double day = time.toEpochSecond(ZoneOffset.UTC) / SECONDS;
        for (int wave = 0; wave < waves; wave++) {
            double angle = 2 * Math.PI * (wave + 1) * day / days;
            to[at + 2 * wave] = Math.sin(angle);
            to[at + 2 * wave + 1] = Math.cos(angle);
        }
    }
}
