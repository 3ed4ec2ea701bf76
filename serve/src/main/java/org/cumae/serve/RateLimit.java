package org.cumae.serve;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/// How many requests a caller may send: a bucket for each, which fills evenly and holds what a
/// minute brings.
final class RateLimit {
    private static final int MOST_CALLERS = 10_000;
    private static final double MINUTE = 60e9;

    private final OptionalInt perMinute;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Bucket {
        double left;
        long seen;
    }

    /// @param nanos a clock
    RateLimit(OptionalInt perMinute, LongSupplier nanos) {
        this.perMinute = perMinute;
        this.nanos = nanos;
    }

    /// Counts a request; how many are left.
    ///
    /// @throws ApiError 429 if none was
    synchronized OptionalInt take(String caller) {
        if (perMinute.isEmpty()) {
            return OptionalInt.empty();
        }
        int most = perMinute.getAsInt();
        long now = nanos.getAsLong();
        Bucket bucket = buckets.get(caller);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.left = most;
            buckets.put(caller, bucket);
            if (buckets.size() > MOST_CALLERS) { // whoever was not seen for longest starts anew
                buckets.remove(buckets.keySet().iterator().next());
            }
        } else {
            bucket.left = Math.min(most, bucket.left + (now - bucket.seen) * most / MINUTE);
        }
        bucket.seen = now;
        if (bucket.left < 1) {
            double wait = (1 - bucket.left) * MINUTE / most;
            throw ApiError.tooMany(
                    "%d requests a minute are taken from each caller; wait a moment"
                            .formatted(most),
                    Duration.ofSeconds((long) Math.ceil(wait / 1e9)));
        }
        bucket.left--;
        return OptionalInt.of((int) bucket.left);
    }
}
