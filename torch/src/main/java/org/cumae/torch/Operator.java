package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.Tensor;

/// An operator of libtorch that has no Java method, found by its name.
final class Operator implements AutoCloseable {
    private final OperatorHandle handle;

    private Operator(OperatorHandle handle) {
        this.handle = handle;
    }

    /// @param name with its name space, as `quantized::linear_prepack`
    static Operator named(String name) {
        try (var _ = new PointerScope()) {
            return new Operator(
                    Dispatcher.realSingleton().findSchemaOrThrow(name, "").retainReference());
        }
    }

    /// Whether this libtorch was built with it.
    static boolean exists(String name) {
        try (var _ = new PointerScope()) {
            return Dispatcher.realSingleton().findSchema(new OperatorName(name, "")).has_value();
        }
    }

    /// Its only result, a tensor of the innermost open scope.
    Tensor tensor(IValue... arguments) {
        return new Tensor(called(arguments).get(0).toTensor()); // the stack keeps its own
    }

    /// Its only result, which belongs to the innermost open scope.
    IValue value(IValue... arguments) {
        return new IValue(called(arguments).get(0)); // a copy: the stack keeps its own
    }

    private IValueVector called(IValue... arguments) {
        IValueVector stack = new IValueVector(arguments);
        handle.callBoxed(stack);
        return stack;
    }

    /// An empty list, for an argument that wants one.
    ///
    /// @param argument which, from 0
    IValue nothing(long argument) {
        return new IValue(
                new GenericList(
                        handle.schema()
                                .arguments()
                                .getPointer(argument)
                                .real_type()
                                .get()
                                .containedType(0)));
    }

    @Override
    public void close() {
        handle.close();
    }
}
