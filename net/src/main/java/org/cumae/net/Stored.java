package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;
import org.cumae.weights.NewTensor;
import org.cumae.weights.TensorType;

import java.util.ArrayList;
import java.util.List;

/// A tensor that a model owns, and how a file stores it.
///
/// @param tensor as the model uses it
/// @param slices the tensors of a file that make it up, in order of its first axis
/// @param turned whether a file stores it with its two axes exchanged
/// @param role what it does in the model
record Stored(Tensor tensor, List<Slice> slices, boolean turned, Source.Role role) {
    /// Some rows of the tensor, under a name of their own.
    record Slice(String name, long rows) {}

    /// What a file holds of it. Needs a scope that stays open until they are written.
    ///
    /// @param type of its numbers there
    List<NewTensor> files(TensorType type) {
        TensorType kept = role == Source.Role.RATE ? TensorType.F32 : type;
        List<NewTensor> files = new ArrayList<>();
        long from = 0;
        for (Slice slice : slices) {
            Tensor rows = tensor.detach().narrow(0, from, slice.rows());
            files.add(Ops.file(slice.name(), turned ? rows.t() : rows, kept));
            from += slice.rows();
        }
        return files;
    }
}
