package org.cumae.torch;

import org.bytedeco.pytorch.global.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/// How many threads libtorch's loops use when they are run by the current thread. libtorch's own
/// call changes it for the whole process.
final class OpenMp {
    private static final FunctionDescriptor SETTER =
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT);
    private static final FunctionDescriptor GETTER = FunctionDescriptor.of(ValueLayout.JAVA_INT);

    private static final Optional<MethodHandle> SET_THREADS = call("omp_set_num_threads", SETTER);
    private static final Optional<MethodHandle> SET_BLAS_THREADS =
            call("openblas_set_num_threads", SETTER);
    private static final Optional<MethodHandle> BLAS_THREADS =
            call("openblas_get_num_threads", GETTER);
    private static final Object BLAS = new Object();
    private static int blasThreads = torch.get_num_threads(); // guarded by BLAS, as is the next
    private static int alone;

    private OpenMp() {}

    /// Whether this libtorch's OpenMP can be told.
    static boolean isThere() {
        return SET_THREADS.isPresent();
    }

    static void useThreads(int count) {
        call(SET_THREADS.orElseThrow(), count);
    }

    /// OpenBLAS keeps a pool of its own, which libtorch does not tell. Another BLAS in its place
    /// has no such call, and none is needed.
    static void useBlasThreads(int count) {
        synchronized (BLAS) {
            blasThreads = count;
            if (alone == 0) {
                tellBlas(count);
            }
        }
    }

    /// Until it is closed, a product is computed by the thread that asks for it: for loops whose
    /// threads ask for a product each. If each of those were shared once more, they would wait for
    /// one pool in turn; attention of a prompt took twenty times as long. Scopes may overlap, on
    /// any threads.
    static Alone blasAlone() {
        synchronized (BLAS) {
            if (alone++ == 0) {
                tellBlas(1);
            }
        }
        return () -> {
            synchronized (BLAS) {
                if (--alone == 0) {
                    tellBlas(blasThreads);
                }
            }
        };
    }

    /// A scope in which products are not shared.
    interface Alone extends AutoCloseable {
        @Override
        void close();
    }

    private static void tellBlas(int count) {
        SET_BLAS_THREADS.ifPresent(call -> call(call, count));
    }

    /// How many threads the next product uses; empty where OpenBLAS does not compute it.
    static OptionalInt blasThreads() {
        return BLAS_THREADS.map(OpenMp::count).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /// A native function of a library that libtorch brought along.
    @SuppressWarnings("restricted") // the functions take or give one int
    private static Optional<MethodHandle> call(String name, FunctionDescriptor type) {
        torch.get_num_threads(); // loads the libraries
        return SymbolLookup.loaderLookup()
                .find(name)
                .map(address -> Linker.nativeLinker().downcallHandle(address, type));
    }

    private static void call(MethodHandle handle, int count) {
        try {
            handle.invokeExact(count);
        } catch (Throwable e) {
            throw new IllegalStateException("a native call of one int failed", e);
        }
    }

    private static int count(MethodHandle handle) {
        try {
            return (int) handle.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("a native call for one int failed", e);
        }
    }
}
