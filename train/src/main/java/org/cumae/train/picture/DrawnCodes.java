package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.net.PictureRows;
import org.cumae.picture.Lesson;
import org.cumae.picture.Manner;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.unit.picture.CodeFile;
import org.cumae.unit.picture.PictureSet;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Learns to draw pictures in a manner: cross-entropy in nats of each code as the manner's heads
/// say it, all codes of a picture in one pass. Some pictures are shown without their class, so that
/// the model can be asked without one.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#PICTURE]
/// @param manner how pictures are drawn
/// @param lesson of the manner
/// @param classes how many there are
/// @param dropped the share of pictures shown without their class in training
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
public record DrawnCodes(
        Backbone backbone,
        Manner manner,
        Lesson lesson,
        int classes,
        double dropped,
        double dropout,
        TensorType stored)
        implements Learner<List<Coded>> {
    /// The file beside a model's weights that holds what its codes stand for.
    public static final String CODE = "code.safetensors";

    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if its ids are not those of the code and its classes
    public DrawnCodes {
        int ids = manner.code().vocabulary() + classes + 1;
        Check.argument(
                backbone.config().vocabulary() == ids,
                "model %s has %d ids; %d codes and %d classes need %d",
                backbone.config().name(),
                backbone.config().vocabulary(),
                manner.code().vocabulary(),
                classes,
                ids);
        Check.argument(
                dropped >= 0 && dropped <= 1,
                "%s of classes are dropped; it must be in [0, 1]",
                dropped);
    }

    /// A learner of a manner.
    public static DrawnCodes of(
            Backbone backbone,
            Manner manner,
            int classes,
            double dropped,
            double dropout,
            TensorType stored) {
        return new DrawnCodes(backbone, manner, manner.lesson(), classes, dropped, dropout, stored);
    }

    /// Pictures as they are learned from.
    public static List<Coded> coded(Manner manner, PictureSet set) {
        return IntStream.range(0, set.size())
                .parallel()
                .mapToObj(
                        i -> {
                            int[] codes = manner.code().read(set.pictures().get(i));
                            return new Coded(
                                    codes, flat(manner.vectors(codes)), set.labels().get(i));
                        })
                .toList();
    }

    private static float[] flat(float[]... rows) {
        if (rows.length == 0) {
            return new float[0];
        }
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return all;
    }

    @Override
    public List<Tensor> weights() {
        return backbone.tensors();
    }

    @Override
    public List<List<Coded>> parts(List<Coded> batch, int most) {
        int count = Math.min(most, batch.size());
        List<List<Coded>> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            parts.add(
                    batch.subList(part * batch.size() / count, (part + 1) * batch.size() / count));
        }
        return parts;
    }

    @Override
    public Loss loss(List<Coded> batch, Optional<Generator> chance) {
        int vocabulary = manner.code().vocabulary();
        float[] coins =
                chance.map(drawing -> Ops.floats(Ops.coins(zeros(batch.size()), dropped, drawing)))
                        .orElse(new float[batch.size()]);
        int[] conditions =
                IntStream.range(0, batch.size())
                        .map(i -> vocabulary + (coins[i] == 1 ? classes : batch.get(i).label()))
                        .toArray();
        int[] targets = batch.stream().flatMapToInt(each -> IntStream.of(each.codes())).toArray();
        PictureRows rows =
                new PictureRows(
                        lesson,
                        conditions,
                        batch.stream()
                                .flatMapToInt(each -> IntStream.of(manner.ids(each.codes())))
                                .toArray(),
                        vectors(batch));
        Tensor logits =
                backbone.logits(rows, Dropout.of(dropout, chance)) // [pictures * length, ids]
                        .narrow(1, 0, vocabulary);
        return new Loss(Ops.crossEntropy(logits, Ops.ids(targets)), targets.length);
    }

    private static Tensor zeros(int count) {
        return torch.zeros(count);
    }

    private static float[] vectors(List<Coded> batch) {
        float[][] all = batch.stream().map(Coded::vectors).toArray(float[][]::new);
        return flat(all);
    }

    @Override
    public void save(Path folder) {
        backbone.save(folder, stored);
        CodeFile.write(manner.code(), folder.resolve(CODE));
    }
}
