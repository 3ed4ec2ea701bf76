package org.cumae.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.FutureTask;

@Timeout(60)
class InFlightTest {
    private final InFlight requests = new InFlight();

    @Test
    void theLastOneToLeaveWakesWhoWaits() throws Exception {
        assertThat(requests.awaitNone(Duration.ZERO)).isTrue();
        assertThat(requests.enter()).isEqualTo(1);
        assertThat(requests.enter()).isEqualTo(2);
        FutureTask<Boolean> waiting =
                new FutureTask<>(() -> requests.awaitNone(Duration.ofHours(1)));
        Thread thread = Thread.ofPlatform().start(waiting);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        requests.leave();
        assertThat(requests.awaitNone(Duration.ofMillis(20))).isFalse();
        assertThat(waiting.isDone()).isFalse();
        requests.leave();
        assertThat(waiting.get()).isTrue();
        assertThat(requests.count()).isZero();
    }
}
