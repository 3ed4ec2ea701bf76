package org.cumae.train.picture;

import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Backbone;
import org.cumae.picture.Manner;
import org.cumae.train.Learner;
import org.cumae.unit.picture.CodeFile;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Learns to draw pictures in a manner; what it saves is the model and, beside it, what the model's
/// codes or values stand for.
///
/// @param <E> a picture as it is learned from
public sealed interface PictureLearner<E> extends Learner<List<E>>
        permits DrawnCodes, MaskedCodes, DrawnValues, MaskedValues {
    /// The file beside a model's weights that holds what its codes or values stand for.
    String CODE = "code.safetensors";

    /// What is taught, borrowed.
    Backbone backbone();

    /// How pictures are drawn.
    Manner manner();

    /// How the weights are saved: F32, F16 or BF16.
    TensorType stored();

    @Override
    default List<Tensor> weights() {
        return backbone().tensors();
    }

    @Override
    default List<List<E>> parts(List<E> batch, int most) {
        return Learner.cut(batch, most);
    }

    @Override
    default void save(Path folder) {
        backbone().save(folder, stored());
        CodeFile.write(manner().unit(), folder.resolve(CODE));
    }

    /// Rows one after another.
    static float[] flat(float[]... rows) {
        float[] all = new float[Arrays.stream(rows).mapToInt(row -> row.length).sum()];
        int next = 0;
        for (float[] row : rows) {
            System.arraycopy(row, 0, all, next, row.length);
            next += row.length;
        }
        return all;
    }
}
