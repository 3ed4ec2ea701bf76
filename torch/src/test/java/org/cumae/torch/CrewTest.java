package org.cumae.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class CrewTest {
    private final int before = Processor.threads();

    @BeforeEach
    void twoThreads() {
        Processor.useThreads(2);
        assumeTrue(Crew.size() == 2, "this libtorch has no OpenMP that can be told");
    }

    @AfterEach
    void asBefore() {
        Processor.useThreads(before);
    }

    /// On which threads two shares are made, where the first is not done before the second is
    /// begun; a crew that does not begin it for so long is none.
    private static Set<Thread> makers() {
        Set<Thread> makers = ConcurrentHashMap.newKeySet();
        CountDownLatch begun = new CountDownLatch(1);
        try (var _ = new PointerScope()) {
            Crew.share(
                    2,
                    number -> {
                        makers.add(Thread.currentThread());
                        if (number == 1) {
                            begun.countDown();
                        } else {
                            await(begun);
                        }
                        return torch.ones(1);
                    });
        }
        return makers;
    }

    private static void await(CountDownLatch begun) {
        try {
            begun.await(Crew.hands() > 1 ? 60 : 0, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoLeadsIsHelped() {
        assertThat(makers()).containsExactly(Thread.currentThread());
        try (var _ = Crew.lead(1)) {
            assertThat(makers()).hasSize(2).contains(Thread.currentThread());
            assertThat(Processor.threads()).isEqualTo(1); // of its own loops
            assertThat(Crew.hands()).isEqualTo(2); // among whom work is divided
        }
        assertThat(Crew.hands()).isEqualTo(1);
        assertThat(makers()).containsExactly(Thread.currentThread());
        assertThat(Processor.threads()).isEqualTo(2);
    }

    @Test
    void whatAHandMadeGoesWithTheScope() {
        try (var _ = Crew.lead(1)) {
            makers();
            long before = Handles.settled();
            for (int i = 0; i < 5; i++) {
                assertThat(makers()).hasSize(2);
            }
            assertThat(Pointer.totalCount()).isEqualTo(before);
        }
    }

    @Test
    void aLargePassIsLeftToLibtorch() {
        try (var _ = Crew.lead(Crew.MOST_NUMBERS + 1)) {
            assertThat(makers()).hasSize(1);
            assertThat(Processor.threads()).isEqualTo(2);
        }
    }

    @Test
    void aSecondLeaderWorksAlone() throws InterruptedException {
        CountDownLatch leading = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread other =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try (var _ = Crew.lead(1)) {
                                        leading.countDown();
                                        over.await();
                                    } catch (InterruptedException _) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        leading.await();
        try (var _ = Crew.lead(1)) {
            assertThat(makers()).hasSize(1);
        } finally {
            over.countDown();
            other.join();
        }
        try (var _ = Crew.lead(1)) {
            assertThat(makers()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aShareThatFailsIsToldAndTheCrewGoesOn(int failing) {
        try (var _ = Crew.lead(1);
                var _ = new PointerScope()) {
            assertThatThrownBy(
                            () ->
                                    Crew.share(
                                            2,
                                            number -> {
                                                if (number == failing) {
                                                    throw new IllegalStateException("planted");
                                                }
                                                return torch.ones(1);
                                            }))
                    .hasMessage("planted");
            assertThat(makers()).hasSize(2);
        }
    }

    /// A hand that sleeps has not begun when the leader's own share took no time.
    @Test
    void whatAHandHasNotBegunTheLeaderDoes() throws InterruptedException {
        Set<Thread> makers = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50 && !makers.contains(Thread.currentThread()); i++) {
            Thread.sleep(2); // now it sleeps, which it does not while somebody leads
            try (var _ = Crew.lead(1);
                    var _ = new PointerScope()) {
                Crew.share(
                        2,
                        number -> {
                            if (number == 1) {
                                makers.add(Thread.currentThread());
                            }
                            return torch.ones(1);
                        });
            }
        }
        assertThat(makers).contains(Thread.currentThread());
    }

    @ParameterizedTest
    @ValueSource(longs = {1024, 1000, 4096})
    void partsMakeTheWhole(long out) {
        try (var _ = new PointerScope();
                var _ = new InferenceMode()) {
            Tensor weight = torch.randn(out, 256);
            Tensor bias = torch.randn(out);
            Tensor x = torch.randn(3, 256);
            for (var pack : List.of(true, false)) {
                try (PackedMatrix whole = pack(pack, weight, bias, 1);
                        PackedMatrix split = pack(pack, weight, bias, 2)) {
                    assertThat(split).isInstanceOf(SplitMatrix.class);
                    assertThat(whole).isNotInstanceOf(SplitMatrix.class);
                    assertThat(split.shape()).isEqualTo(whole.shape());
                    assertThat(split.weights()).isEqualTo(whole.weights());
                    assertThat(split.bytes()).isEqualTo(whole.bytes());
                    Tensor expected = whole.times(x);
                    near(split.times(x), expected);
                    try (var _ = Crew.lead(3)) {
                        near(split.times(x), expected);
                    }
                }
            }
        }
    }

    private static PackedMatrix pack(boolean small, Tensor weight, Tensor bias, int most) {
        return SplitMatrix.of(
                weight,
                Optional.of(bias),
                small && PackedMatrix.savesBits() ? Int8Matrix::of : Float32Matrix::of,
                most);
    }

    private static void near(Tensor made, Tensor expected) {
        assertThat(made.shape()).isEqualTo(expected.shape());
        double off = made.sub(expected).abs().max().item_double();
        assertThat(off).isLessThan(1e-5 * expected.abs().max().item_double());
    }

    @Test
    void smallMatricesStayWhole() {
        try (var _ = new PointerScope();
                PackedMatrix small =
                        SplitMatrix.of(
                                torch.ones(64, 64), Optional.empty(), Float32Matrix::of, 2)) {
            assertThat(small).isInstanceOf(Float32Matrix.class);
        }
    }
}
