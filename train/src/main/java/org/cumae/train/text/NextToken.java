package org.cumae.train.text;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.torch.Ops;
import org.cumae.train.Learner;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Learns to predict each token from those before it: cross-entropy in nats.
///
/// @param backbone borrowed
/// @param tokenizer saved beside the weights
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
public record NextToken(Backbone backbone, Tokenizer tokenizer, double dropout, TensorType stored)
        implements Learner<WindowBatch> {
    @Override
    public boolean decays(Tensor weight) {
        return backbone.decays(weight);
    }

    @Override
    public List<Tensor> weights() {
        return backbone.tensors();
    }

    @Override
    public List<WindowBatch> parts(WindowBatch batch, int most) {
        return batch.parts(most);
    }

    @Override
    public Loss loss(WindowBatch batch, Optional<Generator> chance) {
        int length = batch.length();
        Tensor windows = Ops.ids(batch.ids()).view(batch.rows(), length + 1L);
        Tensor ids = windows.narrow(1, 0, length); // [rows, length]
        Tensor next = windows.narrow(1, 1, length).flatten(); // [rows * length]
        Tensor logits = backbone.logits(ids, Optional.empty(), Dropout.of(dropout, chance));
        return new Loss(Ops.crossEntropy(logits, next), next.numel());
    }

    @Override
    public void save(Path folder) {
        backbone.save(folder, stored);
        TokenizerFolder.save(tokenizer, folder);
    }
}
