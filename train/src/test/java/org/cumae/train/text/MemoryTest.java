package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.engine.Engine;
import org.cumae.model.Context;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Characters;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Two thousand steps take no more memory than a few hundred, and a hundred thousand tokens no more
/// than a few thousand.
@EnabledOnOs(OS.LINUX)
class MemoryTest {
    private static final long STEPS = 2000;
    private static final int PARTS = 8; // of a run, after each of which memory is read
    private static final int REQUESTS = 1000;
    private static final int AT_ONCE = 25;
    private static final int NEW_TOKENS = 100;
    private static final int FORGOTTEN = 10; // forks of each request, in the control
    private static final long MOST_GROWTH = 4 << 20;

    @TempDir private Path folder;

    private static final int READINGS = 10;
    private static final long APART = 30_000_000; // nanoseconds
    private static final MethodHandle MALLINFO =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"),
                            FunctionDescriptor.of(
                                    MemoryLayout.structLayout(
                                            MemoryLayout.sequenceLayout(
                                                    10, ValueLayout.JAVA_LONG))));

    /// What native code has asked for and not given back, in bytes. Resident memory would be that
    /// and whatever the allocator keeps for later, which comes and goes by tens of megabytes.
    ///
    /// The least of several readings: the JVM's compilers hold much for moments.
    private static long nativeBytes() {
        System.gc();
        long least = Long.MAX_VALUE;
        for (int reading = 0; reading < READINGS; reading++) {
            LockSupport.parkNanos(APART);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment info = (MemorySegment) MALLINFO.invokeExact((SegmentAllocator) arena);
                long mapped = info.getAtIndex(ValueLayout.JAVA_LONG, 4); // hblkhd
                long used = info.getAtIndex(ValueLayout.JAVA_LONG, 7); // uordblks
                least = Math.min(least, mapped + used);
            } catch (Throwable e) {
                throw new IllegalStateException("the C library does not tell its memory", e);
            }
        }
        return least;
    }

    /// How much memory grew over a run, were all its parts as one in which it grew little. What is
    /// held by mistake grows in every part; the JVM's compilers take and give back megabytes in
    /// some, and in most where the machine is busy.
    private static long growth(List<Long> held) {
        assertThat(held).hasSize(PARTS);
        List<Long> steps =
                IntStream.range(1, PARTS)
                        .mapToObj(part -> held.get(part) - held.get(part - 1))
                        .sorted()
                        .toList();
        return steps.get(steps.size() / 4) * steps.size();
    }

    /// How much native memory grew in a run.
    private static long growth(Learner<WindowBatch> learner, RunFolder run) {
        int[] tokens = new int[500];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i * i % 7;
        }
        TrainerOptions options =
                new TrainerOptions(
                        STEPS,
                        1,
                        1,
                        new Schedule.Constant(1e-3, 10),
                        new AdamWOptions(0.9, 0.99, 1e-8, 0.1),
                        1,
                        OptionalDouble.of(0.99),
                        Precision.FLOAT32,
                        STEPS / PARTS,
                        2,
                        OptionalInt.empty(),
                        STEPS / PARTS,
                        2,
                        100,
                        Optional.empty());
        List<Long> held = new ArrayList<>();
        Journal journal =
                new Journal() {
                    @Override
                    public void looked(long step, double loss, boolean best) {
                        held.add(nativeBytes());
                    }
                };
        try (Trainer<WindowBatch> trainer =
                new Trainer<>(
                        learner,
                        Windows.shuffled(tokens, 4, 16, 1),
                        Windows.inOrder(tokens, 4, 16),
                        options,
                        run,
                        journal)) {
            trainer.run();
        }
        return growth(held.subList(1, held.size()));
    }

    /// A small model of seven ids.
    static Backbone tiny(int width, int length) {
        return Backbone.fresh(
                new TransformerConfig(
                        "tiny",
                        "llama",
                        7,
                        width,
                        2,
                        1,
                        width / 2,
                        24,
                        length,
                        Mixing.attention(1),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false),
                1);
    }

    @Test
    void stepsLeaveNothingBehind() {
        try (Backbone backbone = tiny(16, 16);
                RunFolder run = RunFolder.open(folder, false)) {
            NextToken learner =
                    new NextToken(backbone, Characters.of("abcdefg"), 0.1, TensorType.F32);
            assertThat(growth(learner, run)).isLessThan(MOST_GROWTH);
        }
    }

    /// A learner that forgets one tensor of 64 KiB a step must be noticed.
    @Test
    void aLeakWouldBeSeen() {
        List<Tensor> forgotten = new ArrayList<>();
        try (Backbone backbone = tiny(16, 16);
                RunFolder run = RunFolder.open(folder, false)) {
            NextToken learner =
                    new NextToken(backbone, Characters.of("abcdefg"), 0.1, TensorType.F32);
            Learner<WindowBatch> leaky =
                    new Learner<>() {
                        @Override
                        public List<Tensor> weights() {
                            return learner.weights();
                        }

                        @Override
                        public Loss loss(WindowBatch batch, Optional<Generator> chance) {
                            forgotten.add(torch.ones(1 << 14).retainReference());
                            return learner.loss(batch, chance);
                        }

                        @Override
                        public void save(Path model) {
                            learner.save(model);
                        }
                    };
            assertThat(growth(leaky, run)).isGreaterThan(MOST_GROWTH);
        } finally {
            forgotten.forEach(Tensor::close);
        }
    }

    /// How much native memory grew over requests for 100 tokens each.
    ///
    /// @param after what each request does when its text is whole
    private static long growth(int requests, Consumer<Context> after) throws Exception {
        Request request = Request.of(Tokens.of(1, 2, 3, 4)).withMaxNewTokens(NEW_TOKENS);
        List<Long> held = new ArrayList<>();
        try (Engine engine = new Engine(new Transformer(tiny(128, 128)))) {
            for (int part = 0; part < PARTS; part++) {
                for (int wave = 0; wave < requests / PARTS / AT_ONCE; wave++) {
                    List<Future<Integer>> running = new ArrayList<>();
                    for (int i = 0; i < AT_ONCE; i++) {
                        running.add(
                                engine.submit(
                                        context -> {
                                            Generation made =
                                                    new Sequential()
                                                            .decode(context, request, Sink.NONE);
                                            after.accept(context);
                                            return made.tokens().size();
                                        }));
                    }
                    for (Future<Integer> each : running) {
                        assertThat(each.get()).isEqualTo(NEW_TOKENS);
                    }
                }
                held.add(nativeBytes());
            }
        }
        return growth(held);
    }

    @Test
    void tokensLeaveNothingBehind() throws Exception {
        assertThat(growth(REQUESTS, context -> {})).isLessThan(MOST_GROWTH);
    }

    /// Requests that forget their forks must be noticed; ten of each, since a single one is less
    /// than what the JVM's compilers give back between two readings.
    @Test
    void forgottenForksWouldBeSeen() throws Exception {
        Queue<Context> forgotten = new ConcurrentLinkedQueue<>();
        assertThat(
                        growth(
                                REQUESTS / 2,
                                context -> {
                                    for (int i = 0; i < FORGOTTEN; i++) {
                                        forgotten.add(context.fork());
                                    }
                                }))
                .isGreaterThan(MOST_GROWTH);
    }
}
