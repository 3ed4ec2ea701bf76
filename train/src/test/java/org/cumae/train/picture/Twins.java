package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Backbone;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Two backbones of values of one number that say the same velocities, of which one says widths as
/// well.
final class Twins {
    private static final double ROUNDING = 1e-5; // of a sum of products in another order

    private Twins() {}

    /// What the learner of widths learns of velocities is what the other learns: the same gradient
    /// where velocities are said, and one of its own where widths are.
    ///
    /// @param plain without widths
    /// @param wide with them; all weights of both are drawn anew
    /// @param learner of either
    static <E> void learnAlike(
            Backbone plain,
            Backbone wide,
            Function<Backbone, ? extends PictureLearner<E>> learner,
            List<E> batch) {
        try (var _ = new PointerScope()) {
            try (var _ = new NoGradGuard()) {
                for (int i = 0; i < plain.tensors().size(); i++) {
                    Tensor one = plain.tensors().get(i);
                    Tensor other = wide.tensors().get(i);
                    if (one.dim() > 1) {
                        one.normal_(0, 0.3, Ops.chance());
                        other.normal_(0, 0.3, Ops.chance());
                    }
                    other.narrow(0, 0, one.size(0)).copy_(one);
                }
            }
            float[] before = pull(learner.apply(plain), batch);
            float[] after = pull(learner.apply(wide), batch);
            assertThat(after).hasSize(2 * before.length);
            for (int i = 0; i < before.length; i++) {
                assertThat((double) after[i]).isCloseTo(before[i], within(ROUNDING));
            }
            assertThat(before).doesNotContain(0);
            assertThat(IntStream.range(before.length, after.length).mapToDouble(i -> after[i]))
                    .doesNotContain(0.0);
        }
    }

    /// The gradient of the output's weights, of a loss by chance that is the same each time.
    private static <E> float[] pull(PictureLearner<E> learner, List<E> batch) {
        List<Tensor> tensors = learner.backbone().tensors();
        Tensor output = output(tensors, learner.backbone().config().width());
        output.requires_grad_(true);
        Tensor total = learner.loss(batch, Optional.of(Ops.generator(3))).total();
        Tensor gradient = Ops.gradients(total, List.of(output)).getFirst();
        output.requires_grad_(false);
        return Ops.floats(gradient.div(Ops.scalar(batch.size())));
    }

    /// The last matrix that makes one or two numbers of a row.
    private static Tensor output(List<Tensor> tensors, int width) {
        return tensors.stream()
                .filter(each -> each.dim() == 2 && each.size(0) <= 2 && each.size(1) == width)
                .reduce((_, last) -> last)
                .orElseThrow();
    }
}
