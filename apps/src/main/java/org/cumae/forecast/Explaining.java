package org.cumae.forecast;

import org.cumae.Check;
import org.cumae.naming.Known;
import org.cumae.series.Season;
import org.cumae.series.Series;
import org.cumae.series.Terms;
import org.cumae.series.Trend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What of a series is to be explained by its calendar, as users say it.
///
/// @param trend in the long run
/// @param fitting whether all seasons are taken that the series is long enough for
/// @param seasons the others
public record Explaining(Trend trend, boolean fitting, List<Season> seasons) {
    /// All of it is left to the model.
    public static final Explaining NOTHING = new Explaining(Trend.NONE, false, List.of());

    private static final String FITTING = "auto";

    /// Copies the list.
    public Explaining {
        seasons = List.copyOf(seasons);
    }

    /// By names.
    ///
    /// @param trend `none`, `linear` or `bends`
    /// @param seasons some of `day`, `week` and `year`, or `auto`
    /// @throws org.cumae.naming.UnknownNameException naming the known ones
    public static Explaining named(String trend, List<String> seasons) {
        List<Season> named = new ArrayList<>();
        boolean fitting = false;
        for (String season : seasons) {
            fitting |= season.equals(FITTING);
            if (!season.equals(FITTING)) {
                named.add(season(season));
            }
        }
        return new Explaining(trend(trend), fitting, named);
    }

    private static Trend trend(String name) {
        Known.of("trend", Arrays.stream(Trend.values()).map(Trend::word).toList()).require(name);
        return Arrays.stream(Trend.values())
                .filter(one -> one.word().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Season season(String name) {
        List<String> known = new ArrayList<>(List.of(FITTING));
        Arrays.stream(Season.values()).map(Season::word).forEach(known::add);
        Known.of("season", known).require(name);
        return Arrays.stream(Season.values())
                .filter(one -> one.word().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// What that is of a series.
    ///
    /// @throws IllegalArgumentException if it shows a named season less than twice, or in steps as
    ///   long as half of it
    Terms of(Series series) {
        List<Season> shown = Season.of(series);
        for (Season season : seasons) {
            Check.argument(
                    shown.contains(season),
                    "season %s is asked for and %s shows %s; it must come twice at least, in two"
                            + " steps or more",
                    season.word(),
                    series,
                    shown.isEmpty() ? "none" : shown.stream().map(Season::word).toList());
        }
        return new Terms(trend, fitting ? shown : seasons);
    }
}
