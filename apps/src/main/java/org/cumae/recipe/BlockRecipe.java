package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.cumae.Check;
import org.cumae.model.Denoising;
import org.cumae.train.denoise.MaskProcess;
import org.cumae.weights.TensorType;

import java.util.Optional;

/// Makes a language model that is there fill masks, so that it writes blocks at once.
///
/// @param name what the model will be called
/// @param about what it is, in a sentence
/// @param base the model, a name or a directory; it stays as it is
/// @param data what is learned from
/// @param blocks how masks are filled, and how that is learned
/// @param training how long and how fast
public record BlockRecipe(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String about,
        @JsonProperty(required = true) String base,
        @JsonProperty(required = true) TextRecipe.Data data,
        @JsonProperty(required = true) Blocks blocks,
        @JsonProperty(required = true) TrainingPlan training)
        implements Recipe {
    @Override
    public void check() {
        Check.argument(
                blocks.size > 0 && blocks.length >= 2 * blocks.size,
                "size is %d and length is %d; a window must hold two blocks or more",
                blocks.size,
                blocks.length);
        training.check();
    }

    /// A family of models that fill masks.
    public enum Family {
        /// Blocks seen in both directions, each place told by its own row.
        SDAR(Denoising.Reading.BLOCKS, false, MaskProcess.SDAR, 0),
        /// Blocks seen in both directions, each place told by the row before, every token masked in
        /// one of two views.
        FAST_DLLM(Denoising.Reading.BLOCKS, true, MaskProcess.FAST_DLLM, 0),
        /// Known places first, all rows causal; it stays a next-token model.
        WEDLM(Denoising.Reading.PREFIX, false, MaskProcess.WEDLM, 1),
        /// The whole canvas at once.
        FULL(Denoising.Reading.CANVAS, false, MaskProcess.FULL, 0);

        private final Denoising.Reading reading;
        private final boolean shifted;
        private final MaskProcess process;
        private final double foretelling;

        Family(
                Denoising.Reading reading,
                boolean shifted,
                MaskProcess process,
                double foretelling) {
            this.reading = reading;
            this.shifted = shifted;
            this.process = process;
            this.foretelling = foretelling;
        }

        /// How its models fill masks, in blocks of a size.
        public Denoising denoising(int block) {
            return new Denoising(block, reading, shifted);
        }

        /// How its masks come about.
        public MaskProcess process() {
            return process;
        }

        /// The weight of what clean rows say of the next token.
        public double foretelling() {
            return foretelling;
        }
    }

    /// How masks are filled.
    ///
    /// @param family whose way
    /// @param size places of a block
    /// @param length tokens of a window
    /// @param level what shares a level of noise; as the family has it
    /// @param sampler whether each token is masked by a coin or so many of them are; as the family
    ///   has it. Counts vary less, which small batches need
    /// @param complementary whether each window comes a second time with the other tokens masked;
    ///   as the family has it
    /// @param foretelling the weight of the next-token loss; as the family has it
    /// @param stored how the model is saved: f32, f16 or bf16; f32
    public record Blocks(
            Family family,
            int size,
            int length,
            Optional<MaskProcess.Level> level,
            Optional<MaskProcess.Sampler> sampler,
            Optional<Boolean> complementary,
            Optional<Double> foretelling,
            Optional<TensorType> stored) {
        Denoising denoising() {
            return family.denoising(size);
        }

        MaskProcess process() {
            MaskProcess own = family.process();
            return own.by(level.orElse(own.level()))
                    .by(sampler.orElse(own.sampler()))
                    .complementary(complementary.orElse(own.complementary()));
        }
    }
}
