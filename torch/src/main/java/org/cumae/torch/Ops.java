package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.weights.NewTensor;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFile;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/// The libtorch calls that read badly in Java; all else is called on [Tensor] directly.
///
/// Arguments are borrowed, and a result belongs to the innermost open scope.
public final class Ops {
    private static final double LARGEST_FLOAT16 = 65_504;

    private Ops() {}

    /// Products with the rows of a matrix.
    ///
    /// @param x `[..., in]`
    /// @param weight `[out, in]`
    /// @param bias `[out]`
    /// @return `[..., out]`
    public static Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
        Shapes.checkProduct(x, weight);
        if (bias.isEmpty()) {
            return torch.linear(x, weight);
        }
        Shapes.checkBias(bias.get(), weight);
        return torch.linear(x, weight, new TensorOptional(bias.get()));
    }

    /// The rows of a table that ids name.
    ///
    /// @param table `[count, width]`
    /// @param ids `[length] int64`
    /// @return `[length, width]`
    /// @throws IllegalArgumentException if the table has no such row
    public static Tensor embedding(Tensor table, Tensor ids) {
        long count = table.size(0);
        for (long id : longs(ids)) {
            if (id < 0 || id >= count) {
                throw new IllegalArgumentException(
                        "id %d is looked up in a table of shape %s; its ids are [0, %d)"
                                .formatted(id, Shapes.of(table), count));
            }
        }
        return torch.embedding(table, ids);
    }

    /// Divides each row by its root mean square, then scales it.
    ///
    /// @param x `[..., width]`
    /// @param weight `[width]`
    public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
        Shapes.checkChannels(x, weight);
        if (x.is_inference() && x.is_cpu() && x.scalar_type().intern() == ScalarType.Float) {
            return RmsNorm.of(contiguous(x), weight, epsilon);
        }
        long[] axes = {weight.size(0)};
        return torch.rms_norm(x, axes, new TensorOptional(weight), new DoubleOptional(epsilon));
    }

    /// Brings each row to mean 0 and variance 1, then scales and shifts it.
    ///
    /// @param x `[..., width]`
    /// @param weight `[width]`
    /// @param bias `[width]`
    public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
        Shapes.checkChannels(x, weight);
        Shapes.checkChannels(x, bias);
        long[] axes = {weight.size(0)};
        return torch.layer_norm(
                x, axes, new TensorOptional(weight), new TensorOptional(bias), epsilon, false);
    }

    /// Brings each row to mean 0 and variance 1.
    ///
    /// @param x `[..., width]`
    public static Tensor layerNorm(Tensor x, double epsilon) {
        long[] axes = {x.size(-1)};
        return torch.layer_norm(
                x, axes, new TensorOptional(), new TensorOptional(), epsilon, false);
    }

    /// Softmax attention, scaled by the root of `headDim`.
    ///
    /// @param q `[batch, heads, rows, headDim]`
    /// @param k `[batch, heads, columns, headDim]`
    /// @param v as `k`
    /// @param mask `[rows, columns] bool`, true where a row may look; without it everywhere
    /// @return as `q`
    public static Tensor attention(Tensor q, Tensor k, Tensor v, Optional<Tensor> mask) {
        Shapes.checkAttention(q, k, v);
        mask.ifPresent(seen -> Shapes.checkMask(seen, q, k));
        return attention(q, k, v, mask.map(TensorOptional::new), false);
    }

    /// Softmax attention in which a row sees itself and those before it.
    ///
    /// @param q `[batch, heads, rows, headDim]`
    /// @param k same
    /// @param v same
    /// @return same
    public static Tensor causalAttention(Tensor q, Tensor k, Tensor v) {
        Shapes.checkAttention(q, k, v);
        return attention(q, k, v, Optional.empty(), true);
    }

    /// libtorch shares heads and rows among its threads, and each asks for small products.
    private static Tensor attention(
            Tensor q, Tensor k, Tensor v, Optional<TensorOptional> mask, boolean causal) {
        try (var _ = OpenMp.blasAlone()) {
            return torch.scaled_dot_product_attention(
                    q,
                    k,
                    v,
                    mask.orElseGet(TensorOptional::new),
                    0,
                    causal,
                    new DoubleOptional(),
                    false);
        }
    }

    /// Which of `length` positions lie among the last `window` up to a row's own, or behind it:
    /// `[length, length] bool`.
    public static Tensor recent(long length, long window) {
        return torch.ones(length, length).triu(1 - window).to(ScalarType.Bool);
    }

    /// Cuts along an axis. Unlike slices taken one by one, the parts' gradients are joined in one
    /// go.
    ///
    /// @param sizes how long each part is; together as long as the axis
    public static List<Tensor> split(Tensor x, long axis, long... sizes) {
        return List.of(torch.split_with_sizes(x, sizes, axis).get());
    }

    /// Each slice along an axis so many times, side by side.
    public static Tensor repeat(Tensor x, long times, long axis) {
        return torch.repeat_interleave(x, times, new LongOptional(axis), new LongOptional());
    }

    /// How surprising classes are, summed over the rows, in nats.
    ///
    /// @param logits `[rows, classes]`
    /// @param classes `[rows] int64`
    /// @return `[]`
    public static Tensor crossEntropy(Tensor logits, Tensor classes) {
        long sum = 2; // at::Reduction::Sum
        return torch.cross_entropy_loss(
                logits.to(ScalarType.Float), classes, new TensorOptional(), sum, -100, 0);
    }

    /// Chance of its own, on the processor. Needs an open scope.
    public static Generator generator(long seed) {
        return torch.make_generator_cpu(seed);
    }

    /// 1 with a probability and 0 otherwise, each by itself.
    ///
    /// @return as `like`
    public static Tensor coins(Tensor like, double probability, Generator chance) {
        return torch.empty_like(like).bernoulli_(probability, new GeneratorOptional(chance));
    }

    /// Fills a tensor with numbers of `[from, to)` by chance of libtorch's own generator.
    ///
    /// @return the tensor
    public static Tensor uniform(Tensor tensor, double from, double to) {
        return tensor.uniform_(from, to, chance());
    }

    /// The numbers `[0, count)` in an order by chance, `[count] int64`.
    public static Tensor shuffled(long count, Generator chance) {
        return torch.randperm(count, new GeneratorOptional(chance));
    }

    /// The gradients of a sum by weights.
    ///
    /// @param total `[]`
    /// @param weights what to go back to
    /// @return for each weight as itself; undefined where the sum does not depend on it
    public static List<Tensor> gradients(Tensor total, List<Tensor> weights) {
        TensorVector parts =
                torch.grad(
                        new TensorVector(total),
                        new TensorVector(weights.toArray(Tensor[]::new)),
                        new TensorVector(),
                        new BoolOptional(),
                        false,
                        true);
        return List.of(parts.get());
    }

    /// libtorch's own generator, where a function wants one.
    public static GeneratorOptional chance() {
        return new GeneratorOptional();
    }

    /// Complex numbers from their parts.
    ///
    /// @param real `[...]`
    /// @param imaginary same
    public static Tensor complex(Tensor real, Tensor imaginary) {
        return torch.view_as_complex(stack(List.of(real, imaginary), real.dim()));
    }

    /// Real numbers as complex ones.
    public static Tensor complex(Tensor real) {
        return complex(real, torch.zeros_like(real));
    }

    /// The eigenvalues, ascending, and the eigenvectors of a Hermitian matrix.
    ///
    /// @param matrix `[n, n]` complex or real
    /// @param pair puts `[n]` values and `[n, n]` vectors, as columns, together
    /// @throws IllegalArgumentException if it is not square
    public static <T> T eigen(Tensor matrix, BiFunction<Tensor, Tensor, T> pair) {
        Shapes.checkSquare(matrix);
        Tensor vectors = factorised(() -> torch.linalg_eigh(matrix).get1().clone());
        Tensor turned = matrix.matmul(vectors);
        Tensor values = torch.real(vectors.conj().mul(turned).sum(0)); // Rayleigh's quotients
        return pair.apply(values, vectors);
    }

    /// The inverse of a matrix.
    ///
    /// @param matrix `[n, n]`
    /// @return same
    /// @throws IllegalArgumentException if it is not square
    public static Tensor inverse(Tensor matrix) {
        Shapes.checkSquare(matrix);
        return factorised(() -> torch.linalg_inv(matrix));
    }

    /// What makes the squares of `x w - y` least.
    ///
    /// @param x `[rows, n]`, of full rank
    /// @param y `[rows, m]`
    /// @return `[n, m]`
    /// @throws IllegalArgumentException if they have not as many rows
    public static Tensor leastSquares(Tensor x, Tensor y) {
        Shapes.checkRows(x, y);
        return factorised(() -> torch.linalg_lstsq(x, y).get0().clone()); // of a tuple that goes
    }

    /// OpenBLAS takes more stack to factorise a matrix of some hundred rows than a Java thread has,
    /// and ends the process where it finds none. So this is done on a thread that has enough.
    private static Tensor factorised(Supplier<Tensor> work) {
        Tensor made =
                Processor.apart(
                        () -> {
                            try (var _ = new PointerScope();
                                    var _ = new NoGradGuard()) {
                                return work.get().retainReference();
                            }
                        });
        PointerScope.getInnerScope().attach(made);
        made.releaseReference(); // that thread's own: the scope has one now
        return made;
    }

    /// A number for libtorch.
    public static Scalar scalar(double value) {
        return new Scalar(value);
    }

    /// Joins tensors along an axis.
    public static Tensor cat(List<Tensor> parts, long axis) {
        Shapes.checkJoin(parts, axis);
        return parts.size() == 1
                ? parts.getFirst()
                : torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), axis);
    }

    /// Puts tensors of one shape side by side along a new axis.
    public static Tensor stack(List<Tensor> parts, long axis) {
        Shapes.checkAlike(parts);
        return torch.stack(new TensorVector(parts.toArray(Tensor[]::new)), axis);
    }

    /// A float tensor in float16.
    ///
    /// @throws IllegalArgumentException if a number is beyond its range
    public static Tensor float16(Tensor tensor) {
        double largest = tensor.abs().max().item_float();
        Check.argument(
                !(largest > LARGEST_FLOAT16), // NaN passes
                "a weight is as large as %s and float16 ends at %s; load the model in float32",
                largest,
                LARGEST_FLOAT16);
        return tensor.to(ScalarType.Half);
    }

    /// Java ids as a tensor, `[length] int64`.
    public static Tensor ids(int... ids) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        return Tensor.create(wide, ids.length);
    }

    /// Truth values as a tensor, `[rows, columns] bool`.
    public static Tensor mask(boolean[] values, int rows, int columns) {
        return Tensor.create(values, rows, columns);
    }

    /// The numbers of a float tensor, row by row.
    public static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        contiguous(tensor.cpu()).data_ptr_float().get(values);
        return values;
    }

    /// The numbers of a double tensor, row by row.
    public static double[] doubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        tensor.cpu().contiguous().data_ptr_double().get(values);
        return values;
    }

    /// The numbers of an int64 tensor that holds ids.
    public static int[] ints(Tensor tensor) {
        long[] wide = longs(tensor);
        int[] values = new int[wide.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(wide[i]);
        }
        return values;
    }

    private static long[] longs(Tensor tensor) {
        long[] values = new long[Math.toIntExact(tensor.numel())];
        tensor.cpu().contiguous().data_ptr_long().get(values);
        return values;
    }

    /// A float tensor as it is to stand in a file. Its scope must stay open until it is written.
    ///
    /// @param stored F32, F16 or BF16; numbers are rounded to it
    /// @throws IllegalArgumentException if it is another type
    public static NewTensor file(String name, Tensor tensor, TensorType stored) {
        ScalarType type =
                switch (stored) {
                    case F32 -> ScalarType.Float;
                    case F16 -> ScalarType.Half;
                    case BF16 -> ScalarType.BFloat16;
                    default ->
                            throw new IllegalArgumentException(
                                    "weights are not saved in %s; use F32, F16 or BF16"
                                            .formatted(stored));
                };
        Tensor plain = tensor.cpu().to(type).contiguous();
        List<Long> shape = LongStream.of(plain.sizes().vec().get()).boxed().toList();
        return NewTensor.of(name, stored, shape, () -> memory(plain));
    }

    /// Reads a tensor of a file as float32, dequantised where it must be.
    public static Tensor read(WeightFile file, String name) {
        Tensor tensor = torch.empty(file.info(name).sizes());
        readInto(file, name, tensor);
        return tensor;
    }

    /// Reads a tensor of a file into a contiguous float tensor of the same shape.
    ///
    /// @throws IllegalArgumentException if the shapes differ
    public static void readInto(WeightFile file, String name, Tensor target) {
        long[] there = file.info(name).sizes();
        long[] here = target.sizes().vec().get();
        Check.argument(
                Arrays.equals(there, here),
                "tensor %s of %s is %s and should be %s",
                name,
                file.path(),
                Arrays.toString(there),
                Arrays.toString(here));
        file.readFloats(name, memory(target));
    }

    /// CRC-32C of a contiguous tensor's bytes.
    public static long checksum(Tensor tensor) {
        CRC32C crc = new CRC32C();
        MemorySegment memory = memory(tensor);
        long slice = 1 << 24;
        for (long from = 0; from < memory.byteSize(); from += slice) {
            long bytes = Math.min(slice, memory.byteSize() - from);
            crc.update(memory.asSlice(from, bytes).asByteBuffer());
        }
        return crc.getValue();
    }

    /// The tensor with its numbers row by row: itself, or a copy.
    static Tensor contiguous(Tensor tensor) {
        return tensor.is_contiguous() ? tensor : tensor.contiguous();
    }

    /// The memory of a contiguous tensor on the processor, as long as its scope is open.
    @SuppressWarnings("restricted") // the segment is exactly the tensor's memory
    static MemorySegment memory(Tensor contiguous) {
        return MemorySegment.ofAddress(contiguous.data_ptr().address())
                .reinterpret(contiguous.nbytes());
    }
}
