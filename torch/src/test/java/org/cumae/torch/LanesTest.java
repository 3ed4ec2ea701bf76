package org.cumae.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Shares of a work are done at the same time, each by a thread whose products use no other, and
/// all of them have ended when the work has, whatever becomes of them.
@Timeout(60)
class LanesTest {
    private int threads;

    @BeforeEach
    void useTwo() {
        threads = Processor.threads();
        Processor.useThreads(2);
    }

    @AfterEach
    void useAsBefore() {
        Processor.useThreads(threads);
    }

    @Test
    void sharesAreDoneAtTheSameTimeWithAThreadEach() {
        CountDownLatch met = new CountDownLatch(2);
        Set<Integer> used = ConcurrentHashMap.newKeySet();
        try (Lanes lanes = new Lanes(64)) {
            assertThat(lanes.count()).isEqualTo(2);
            lanes.run(
                    2,
                    share -> {
                        met.countDown();
                        awaitAll(met);
                        used.add(torch.get_num_threads());
                    });
        }
        assertThat(used).containsExactly(1);
        assertThat(Processor.threads()).isEqualTo(2);
    }

    @Test
    void aSingleShareHasAllThreads() {
        try (Lanes lanes = new Lanes(2)) {
            lanes.run(1, _ -> assertThat(torch.get_num_threads()).isEqualTo(2));
        }
    }

    @Test
    void aFailureIsToldWhenAllHaveEnded() {
        for (int failing = 0; failing < 2; failing++) {
            int bad = failing;
            AtomicInteger ended = new AtomicInteger();
            try (Lanes lanes = new Lanes(2)) {
                assertThatThrownBy(
                                () ->
                                        lanes.run(
                                                2,
                                                share -> {
                                                    if (share == bad) {
                                                        throw new IllegalStateException("broken");
                                                    }
                                                    pause();
                                                    ended.incrementAndGet();
                                                }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("broken");
                assertThat(ended.get()).isEqualTo(1);
                assertThat(Processor.threads()).isEqualTo(2);
            }
        }
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
