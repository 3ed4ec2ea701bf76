package org.cumae.serve;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// What native code holds, as the C library tells it.
final class NativeMemory {
    private static final int READINGS = 10;
    private static final long APART = 30_000_000; // nanoseconds
    private static final long SETTLED = 1 << 20; // bytes
    private static final MethodHandle MALLINFO =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"),
                            FunctionDescriptor.of(
                                    MemoryLayout.structLayout(
                                            MemoryLayout.sequenceLayout(
                                                    10, ValueLayout.JAVA_LONG))));

    private NativeMemory() {}

    /// Bytes asked for and not given back: the least of several readings, since the JVM's compilers
    /// hold much for moments. Resident memory would have what the allocator keeps for later as
    /// well.
    static long held() {
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

    /// Waits until less is no longer held from one look to the next: what a test before has dropped
    /// is freed by and by.
    static void settle() {
        long before = held();
        for (int look = 0; look < READINGS; look++) {
            long now = held();
            if (now >= before - SETTLED) {
                return;
            }
            before = now;
        }
    }

    /// How much memory grew in the median part of a run: what is held by mistake grows in every
    /// part, the JVM's compilers take and give back megabytes in a few.
    ///
    /// @param held after each part
    static long step(List<Long> held) {
        List<Long> steps =
                IntStream.range(1, held.size())
                        .mapToObj(part -> held.get(part) - held.get(part - 1))
                        .sorted()
                        .toList();
        return steps.get((steps.size() - 1) / 2);
    }
}
