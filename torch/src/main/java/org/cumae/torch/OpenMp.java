package org.cumae.torch;

import org.bytedeco.pytorch.global.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// How many threads libtorch's loops use when they are run by the current thread. libtorch's own
/// call changes it for the whole process.
final class OpenMp {
    private static final Optional<MethodHandle> SET_THREADS = call("omp_set_num_threads");
    private static final Optional<MethodHandle> SET_BLAS_THREADS = call("openblas_set_num_threads");

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
        SET_BLAS_THREADS.ifPresent(call -> call(call, count));
    }

    /// A native function of one int, of a library that libtorch brought along.
    @SuppressWarnings("restricted") // the functions take one int
    private static Optional<MethodHandle> call(String name) {
        torch.get_num_threads(); // loads the libraries
        return SymbolLookup.loaderLookup()
                .find(name)
                .map(
                        address ->
                                Linker.nativeLinker()
                                        .downcallHandle(
                                                address,
                                                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)));
    }

    private static void call(MethodHandle handle, int count) {
        try {
            handle.invokeExact(count);
        } catch (Throwable e) {
            throw new IllegalStateException("a native call of one int failed", e);
        }
    }
}
