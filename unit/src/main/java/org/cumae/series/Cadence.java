package org.cumae.series;

import org.cumae.Check;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;

/// The even distance of times.
public sealed interface Cadence {
    /// The time so many steps after another.
    LocalDateTime after(LocalDateTime time, long steps);

    /// How many whole steps lie between two times.
    ///
    /// @return -1 where the later time is no whole number of steps away
    long steps(LocalDateTime from, LocalDateTime to);

    /// The distance of two times that follow each other.
    ///
    /// Times of one day of the month, as of whole months, are months apart; all else is a length of
    /// time.
    ///
    /// @throws IllegalArgumentException if the second is not later
    static Cadence between(LocalDateTime first, LocalDateTime second) {
        Check.argument(
                second.isAfter(first), "time %s follows %s; times must increase", second, first);
        long months = ChronoUnit.MONTHS.between(first, second);
        if (months > 0 && first.plusMonths(months).equals(second)) {
            return new Months(Math.toIntExact(months));
        }
        return new Every(Duration.between(first, second));
    }

    /// A cadence in words: `15 minutes`, `1 month`.
    String words();

    /// Whole months.
    ///
    /// @param count of each step
    record Months(int count) implements Cadence {
        /// Checks the count.
        public Months {
            Check.argument(count > 0, "a step has %d months; it must have 1 or more", count);
        }

        @Override
        public LocalDateTime after(LocalDateTime time, long steps) {
            return time.plusMonths(steps * count);
        }

        @Override
        public long steps(LocalDateTime from, LocalDateTime to) {
            long steps = ChronoUnit.MONTHS.between(from, to) / count;
            return after(from, steps).equals(to) ? steps : -1;
        }

        @Override
        public String words() {
            return count == 1 ? "1 month" : count + " months";
        }
    }

    /// A length of time.
    ///
    /// @param length of each step
    record Every(Duration length) implements Cadence {
        /// Checks the length.
        public Every {
            Check.argument(length.isPositive(), "a step takes %s; it must take longer", length);
        }

        @Override
        public LocalDateTime after(LocalDateTime time, long steps) {
            return time.plus(length.multipliedBy(steps));
        }

        @Override
        public long steps(LocalDateTime from, LocalDateTime to) {
            long steps = Duration.between(from, to).dividedBy(length);
            return steps >= 0 && after(from, steps).equals(to) ? steps : -1;
        }

        @Override
        public String words() {
            long seconds = length.toSeconds();
            if (!length.equals(Duration.ofSeconds(seconds))) {
                return length.toMillis() + " milliseconds";
            }
            if (seconds % 86_400 == 0) {
                return counted(seconds / 86_400, "day");
            }
            if (seconds % 3600 == 0) {
                return counted(seconds / 3600, "hour");
            }
            return seconds % 60 == 0 ? counted(seconds / 60, "minute") : counted(seconds, "second");
        }

        private static String counted(long count, String unit) {
            return count == 1 ? "1 " + unit : "%d %ss".formatted(count, unit);
        }
    }
}
