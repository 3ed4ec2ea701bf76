package org.cumae.forecast;

import java.util.List;
import java.util.Optional;

/// Which columns of a table are read.
///
/// @param time when; without it the first of `ds`, `date`, `time`, `timestamp`, `datetime` that is
///   there, else the first column
/// @param value what; without it `y`, else the only column that is left
/// @param series which series a row belongs to; without it `ID` or `unique_id` where there is one
/// @param regressors what is known beside the values; rows behind the last value may go on with it
public record Columns(
        Optional<String> time,
        Optional<String> value,
        Optional<String> series,
        List<String> regressors) {
    /// As the table says itself.
    public static final Columns AS_NAMED =
            new Columns(Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    /// Copies the list.
    public Columns {
        regressors = List.copyOf(regressors);
    }

    private static final List<String> TIMES =
            List.of("ds", "date", "time", "timestamp", "datetime");
    private static final List<String> SERIES = List.of("id", "unique_id");

    /// The same for another value.
    public Columns withValue(String name) {
        return new Columns(time, Optional.of(name), series, regressors);
    }

    /// The same with what is known beside the values.
    public Columns withRegressors(List<String> names) {
        return new Columns(time, value, series, names);
    }

    String time(List<String> header) {
        return time.orElseGet(() -> first(header, TIMES).orElse(header.getFirst()));
    }

    Optional<String> series(List<String> header) {
        return series.isPresent() ? series : first(header, SERIES);
    }

    /// Empty where several are left.
    Optional<String> value(List<String> header, String times, Optional<String> names) {
        if (value.isPresent()) {
            return value;
        }
        Optional<String> y = first(header, List.of("y"));
        List<String> left =
                header.stream()
                        .filter(
                                name ->
                                        !name.equals(times)
                                                && !Optional.of(name).equals(names)
                                                && !regressors.contains(name))
                        .toList();
        return y.isPresent() || left.size() != 1 ? y : Optional.of(left.getFirst());
    }

    private static Optional<String> first(List<String> header, List<String> names) {
        return names.stream()
                .flatMap(name -> header.stream().filter(name::equalsIgnoreCase))
                .findFirst();
    }
}
