package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ranks;

import java.util.List;
import java.util.Optional;

/// What a transformer learned.
///
/// @param embedding `[vocab, width]`
/// @param positions `[maxLength, width]`, where positions are learned
/// @param norm before the head
/// @param head from `width` to `vocab`
/// @param vectors from vectors that rows are fed as to `width`, where they may be
/// @param branches heads that look in further directions
/// @param flow what says which way vectors go on their way out of noise
/// @param owned all of it, to save and to free
record Weights(
        Tensor embedding,
        Optional<Tensor> positions,
        List<Block> blocks,
        Norm norm,
        Linear head,
        Optional<Linear> vectors,
        List<Branch> branches,
        Optional<Flow> flow,
        Owned owned) {
    Weights(
            Tensor embedding,
            Optional<Tensor> positions,
            List<Block> blocks,
            Norm norm,
            Linear head,
            Owned owned) {
        this(
                embedding,
                positions,
                blocks,
                norm,
                head,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                owned);
    }

    /// A share of them, which is added up with those of other ranks.
    Weights addedUpBy(Ranks ranks) {
        return new Weights(
                embedding,
                positions,
                blocks.stream().map(block -> block.addedUpBy(ranks)).toList(),
                norm,
                head,
                vectors,
                branches,
                flow,
                owned);
    }

    /// Takes them as Hugging Face names them.
    ///
    /// @param gpt2 how those of a GPT-2 are called
    static Weights take(Source source, TransformerConfig config, Gpt2Names gpt2) {
        return switch (config.family()) {
            case "gpt2" -> gpt2.take(source, config);
            case "mamba", "mamba2", "s4", "s4d", "s5" -> RollingNames.take(source, config);
            case "jamba" -> LlamaNames.JAMBA.take(source, config, _ -> false);
            default ->
                    LlamaNames.HUGGING_FACE.take(
                            source, config, name -> name.endsWith(".rotary_emb.inv_freq"));
        };
    }
}
