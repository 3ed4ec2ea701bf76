package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Where the weights of a transformer come from: a file, or chance. Needs an open scope.
///
/// Layers are asked for as a file stores them, under its names, and given as the model uses them.
sealed interface Source permits Checkpoint, Fresh {
    /// A matrix of vectors to look up, `[count, width]`.
    Tensor table(String name, long count, long width);

    /// A linear layer stored as `[out, in]`.
    ///
    /// @param name without `.weight` and `.bias`
    default Linear linear(String name, boolean biased, long out, long in) {
        return stacked(List.of(new Part(name, out)), biased, in);
    }

    /// One linear layer out of several that are stored as `[out, in]` and read the same input.
    Linear stacked(List<Part> parts, boolean biased, long in);

    /// A linear layer with a bias, stored as `[in, out]`.
    ///
    /// @param name without `.weight` and `.bias`
    Linear turned(String name, long out, long in);

    /// A norm.
    ///
    /// @param name without `.weight` and `.bias`
    Norm norm(TransformerConfig config, String name, long width);

    /// The head that shares its matrix with the embedding.
    default Linear tied(Tensor table) {
        return new Linear(table, Optional.empty());
    }

    /// All that was given, alive beyond the scope.
    ///
    /// @param ignored names of tensors that may stand in a file unused
    List<Stored> finish(Predicate<String> ignored);

    /// A share of a stacked layer.
    ///
    /// @param name without `.weight` and `.bias`
    /// @param out how many rows of the stack are its own
    record Part(String name, long out) {
        /// The parts as they stand in a file.
        static List<Stored.Slice> slices(List<Part> parts, String ending) {
            return parts.stream()
                    .map(part -> new Stored.Slice(part.name() + ending, part.out()))
                    .toList();
        }
    }
}
