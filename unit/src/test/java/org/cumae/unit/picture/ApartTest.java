package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.torch.Libtorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

class ApartTest {
    private static final int EACH = 100; // threads; OpenBLAS breaks at 65

    @BeforeAll
    static void load() {
        Libtorch.load();
    }

    @Test
    void hundredsWhoAskAtOnceComeOneAfterTheOther() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Boolean>> asked = new ArrayList<>();
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService platform = Executors.newFixedThreadPool(EACH)) {
            for (ExecutorService threads : List.of(virtual, platform)) {
                for (int i = 0; i < EACH; i++) {
                    asked.add(threads.submit(() -> Apart.of(() -> counted(inside, most))));
                }
            }
            for (Future<Boolean> each : asked) {
                assertThat(each.get()).as("on a virtual thread").isFalse();
            }
        }
        assertThat(most).hasValue(1);
    }

    /// Whether it runs on a virtual thread.
    private static boolean counted(AtomicInteger inside, AtomicInteger most) {
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        for (int i = 0; i < 1_000; i++) {
            Thread.onSpinWait();
        }
        inside.decrementAndGet();
        return Thread.currentThread().isVirtual();
    }

    @Test
    void workMayAskForOtherWork() throws Exception {
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(virtual.submit(() -> Apart.of(() -> Apart.of(() -> 7))).get()).isEqualTo(7);
        }
        assertThat(Apart.<Integer>of(() -> Apart.of(() -> 7))).isEqualTo(7);
    }
}
