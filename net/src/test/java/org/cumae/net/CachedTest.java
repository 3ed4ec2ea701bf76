package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;

/// Contexts are shared so that hands end at about the same time.
class CachedTest {
    @Test
    void contextsOfUnequalRowsAreSharedByWhatTheyCost() {
        assertThat(Cached.cuts(new long[] {1, 1, 1, 1}, 2)).containsExactly(0, 2, 4);
        assertThat(Cached.cuts(new long[] {1, 1, 1, 1, 6, 6, 6, 6}, 2)).containsExactly(0, 6, 8);
        assertThat(Cached.cuts(new long[] {9, 1, 1}, 2)).containsExactly(0, 1, 3);
        assertThat(Cached.cuts(new long[] {1, 1, 9}, 3)).containsExactly(0, 1, 2, 3);
        assertThat(Cached.cuts(new long[] {5}, 1)).containsExactly(0, 1);
    }

    @Test
    void everyPartHasOneAndNoneCostsMuchMoreThanItsShare() {
        Random chance = new Random(3);
        for (int round = 0; round < 1000; round++) {
            int parts = 1 + chance.nextInt(6);
            long[] costs = chance.longs(parts + chance.nextInt(20), 1, 50).toArray();
            int[] cuts = Cached.cuts(costs, parts);
            long most = LongStream.of(costs).max().orElseThrow();
            long total = LongStream.of(costs).sum();
            assertThat(cuts[0]).isZero();
            assertThat(cuts[parts]).isEqualTo(costs.length);
            for (int part = 0; part < parts; part++) {
                assertThat(cuts[part + 1]).isGreaterThan(cuts[part]);
                long own =
                        LongStream.of(Arrays.copyOfRange(costs, cuts[part], cuts[part + 1])).sum();
                assertThat(own).isLessThanOrEqualTo(total / parts + parts * most);
            }
        }
    }
}
