package org.cumae.train.text;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.net.MedusaHeads;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Teaches heads on a frozen model's hidden states to foresee the tokens after the next one. The
/// loss is the surprise of each such token under its head, all heads alike.
///
/// @param backbone of the model; borrowed, and not changed
/// @param heads what learns; borrowed
/// @param base the directory of the model, copied beside what is learned
/// @param stored how the heads are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2401.10774">Cai et al. 2024, Medusa-1</a>
public record LaterTokens(Backbone backbone, MedusaHeads heads, Path base, TensorType stored)
        implements Learner<WindowBatch> {
    @Override
    public List<Tensor> weights() {
        return heads.tensors();
    }

    @Override
    public List<WindowBatch> parts(WindowBatch batch, int most) {
        return batch.parts(most);
    }

    @Override
    public Loss loss(WindowBatch batch, Optional<Generator> chance) {
        int length = batch.length();
        int most = heads.count();
        Check.argument(
                length > most,
                "a window holds %d tokens and there are %d heads; make it longer",
                length,
                most);
        Tensor windows = Ops.ids(batch.ids()).view(batch.rows(), length + 1L);
        Tensor hidden =
                backbone.see(windows.narrow(1, 0, length)).hidden(); // [rows * length, width]
        Tensor rows = hidden.detach().view(batch.rows(), length, hidden.size(1));
        List<Tensor> foreseeing = new ArrayList<>();
        List<Tensor> wanted = new ArrayList<>();
        for (int head = 0; head < most; head++) {
            int ahead = head + 2;
            long foreseen = length + 1L - ahead; // in each window
            Tensor from = rows.narrow(1, 0, foreseen).flatten(0, 1);
            foreseeing.add(heads.foreseeing(head, from));
            wanted.add(windows.narrow(1, ahead, foreseen).flatten());
        }
        Tensor classes = Ops.cat(wanted, 0);
        Tensor logits = backbone.head(Ops.cat(foreseeing, 0));
        return new Loss(Ops.crossEntropy(logits, classes), classes.size(0));
    }

    /// Writes a directory that opens as the model with its heads.
    @Override
    public void save(Path folder) {
        new BaseFolder(base).copy(folder, MedusaHeads.FILE);
        heads.save(folder, stored);
    }
}
