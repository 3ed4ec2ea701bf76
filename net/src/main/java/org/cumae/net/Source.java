package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Where the weights of a transformer come from: a file, as it is or packed to be served, or
/// chance. Needs an open scope.
///
/// Layers are asked for as a file stores them, under its names, and given as the model uses them.
sealed interface Source permits Checkpoint, Packing, Fresh, Adapting, Headless, Filling {
    /// A tensor.
    ///
    /// @param role what it does in the model
    /// @param slices the tensors of a file that make it up, in order of its first axis
    /// @param turned whether a file stores it with its two axes exchanged
    /// @param shape as the model uses it
    Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape);

    /// All that was given, alive beyond the scope.
    ///
    /// @param ignored names of tensors that may stand in a file unused
    Owned finish(Predicate<String> ignored);

    /// A matrix of vectors to look up, `[count, width]`.
    default Tensor table(String name, long count, long width) {
        return take(Role.MATRIX, List.of(new Stored.Slice(name, count)), false, count, width);
    }

    /// A linear layer stored as `[out, in]`.
    ///
    /// @param name without `.weight` and `.bias`
    default Linear linear(String name, boolean biased, long out, long in) {
        return stacked(List.of(new Part(name, out)), biased, in);
    }

    /// One linear layer out of several that are stored as `[out, in]` and read the same input.
    default Linear stacked(List<Part> parts, boolean biased, long in) {
        return linear(parts, biased, in, false);
    }

    /// A linear layer with a bias, stored as `[in, out]`.
    ///
    /// @param name without `.weight` and `.bias`
    default Linear turned(String name, long out, long in) {
        return linear(List.of(new Part(name, out)), true, in, true);
    }

    /// A linear layer of one or more parts that read the same input.
    ///
    /// @param turned whether a file stores them as `[in, out]`
    default Linear linear(List<Part> parts, boolean biased, long in, boolean turned) {
        long out = Part.rows(parts);
        Tensor weight = take(Role.MATRIX, Part.slices(parts, ".weight"), turned, out, in);
        return new Linear.Plain(
                weight,
                biased
                        ? Optional.of(take(Role.SHIFT, Part.slices(parts, ".bias"), false, out))
                        : Optional.empty());
    }

    /// A norm.
    ///
    /// @param name without `.weight` and `.bias`
    default Norm norm(TransformerConfig config, String name, long width) {
        List<Part> whole = List.of(new Part(name, width));
        Tensor weight = take(Role.SCALE, Part.slices(whole, ".weight"), false, width);
        return switch (config.norm()) {
            case RMS -> new Norm.Rms(weight, config.epsilon());
            case LAYER ->
                    new Norm.Layer(
                            weight,
                            take(Role.SHIFT, Part.slices(whole, ".bias"), false, width),
                            config.epsilon());
        };
    }

    /// The head.
    ///
    /// @param name without `.weight`
    default Linear head(String name, long out, long in) {
        return linear(name, false, out, in);
    }

    /// The head that shares its matrix with the embedding.
    default Linear tied(Tensor table) {
        return new Linear.Plain(table, Optional.empty());
    }

    /// What a tensor does in the model, which says how it begins before it is trained.
    enum Role {
        /// Mixes channels, or is looked up.
        MATRIX,
        /// Multiplies channels.
        SCALE,
        /// Is added to channels.
        SHIFT,
        /// Sets how fast something changes: stored in float32 whatever the rest is, and not shrunk.
        RATE
    }

    /// A share of a stacked layer.
    ///
    /// @param name without `.weight` and `.bias`
    /// @param out how many rows of the stack are its own
    record Part(String name, long out) {
        /// How many rows the stack has.
        static long rows(List<Part> parts) {
            return parts.stream().mapToLong(Part::out).sum();
        }

        /// The parts as they stand in a file.
        static List<Stored.Slice> slices(List<Part> parts, String ending) {
            return parts.stream()
                    .map(part -> new Stored.Slice(part.name() + ending, part.out()))
                    .toList();
        }
    }
}
