package org.cumae.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.function.Supplier;

/// Keeps native code from writing to standard output: Gloo greets its peers there, among answers
/// that scripts read.
final class StandardOutput {
    private static final int STANDARD_OUTPUT = 1;

    private StandardOutput() {}

    /// Does something while nothing that the process writes to standard output comes out.
    static <T> T silenced(Supplier<T> work) {
        int kept = (int) call("dup", ints(1), STANDARD_OUTPUT);
        try (Arena arena = Arena.ofConfined()) {
            FunctionDescriptor fopen =
                    FunctionDescriptor.of(
                            ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
            FunctionDescriptor ofFile =
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            MemorySegment nowhere =
                    (MemorySegment)
                            call(
                                    "fopen",
                                    fopen,
                                    arena.allocateFrom("/dev/null"),
                                    arena.allocateFrom("w"));
            try {
                call("dup2", ints(2), call("fileno", ofFile, nowhere), STANDARD_OUTPUT);
                return work.get();
            } finally {
                call("dup2", ints(2), kept, STANDARD_OUTPUT);
                call("fclose", ofFile, nowhere);
            }
        } finally {
            call("close", ints(1), kept);
        }
    }

    /// A function that takes some ints and gives one.
    private static FunctionDescriptor ints(int count) {
        MemoryLayout[] arguments = new MemoryLayout[count];
        Arrays.fill(arguments, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    @SuppressWarnings("restricted") // functions of the C library, of the types that it gives them
    private static Object call(String name, FunctionDescriptor type, Object... arguments) {
        Linker linker = Linker.nativeLinker();
        MethodHandle handle =
                linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("the C library's " + name + " failed", e);
        }
    }
}
