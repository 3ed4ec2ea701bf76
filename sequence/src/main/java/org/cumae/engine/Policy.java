package org.cumae.engine;

import org.cumae.Check;

import java.time.Duration;

/// Who comes in first when not all fit, and who has to give way last.
///
/// A policy gives every request the moment at which it counts as having come; the smallest comes
/// first. Because such a moment moves away from the true one by a fixed amount, whoever waits is
/// overtaken only by requests that come within that amount after it, and nobody starves.
public interface Policy {
    /// The moment at which a request counts as having come, in nanoseconds.
    long rank(Candidate candidate);

    /// A request at the door.
    ///
    /// @param arrival when it came, in nanoseconds
    /// @param priority as its [Terms] say
    /// @param rows that its first question feeds
    /// @param cachedRows of these, those that another request has fed already
    record Candidate(long arrival, int priority, int rows, int cachedRows) {}

    /// First come, first served.
    record FirstCome() implements Policy {
        @Override
        public long rank(Candidate candidate) {
            return candidate.arrival();
        }
    }

    /// Smaller priorities first.
    ///
    /// @param ageing how much earlier one step of priority lets a request count
    record ByPriority(Duration ageing) implements Policy {
        /// Checks the time.
        public ByPriority {
            check(ageing);
        }

        @Override
        public long rank(Candidate candidate) {
            return candidate.arrival() + candidate.priority() * ageing.toNanos();
        }
    }

    /// Short prompts first.
    ///
    /// @param perRow how much later each row of the prompt lets a request count
    record ShortestFirst(Duration perRow) implements Policy {
        /// Checks the time.
        public ShortestFirst {
            check(perRow);
        }

        @Override
        public long rank(Candidate candidate) {
            return candidate.arrival() + candidate.rows() * perRow.toNanos();
        }
    }

    /// Prompts first of which most is there already.
    ///
    /// @param perRow how much earlier each row that is there lets a request count
    record LongestPrefix(Duration perRow) implements Policy {
        /// Checks the time.
        public LongestPrefix {
            check(perRow);
        }

        @Override
        public long rank(Candidate candidate) {
            return candidate.arrival() - candidate.cachedRows() * perRow.toNanos();
        }
    }

    private static void check(Duration time) {
        Check.argument(!time.isNegative(), "the time is %s; it must be 0 or more", time);
    }
}
