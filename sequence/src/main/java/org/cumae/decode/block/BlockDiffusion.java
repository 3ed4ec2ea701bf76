package org.cumae.decode.block;

import org.cumae.Check;
import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.Transcript;
import org.cumae.decode.block.Pacing.Foretelling;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CancellationException;

/// Writes masks into text: a pass tells all masked places of a block, or of a window, and a policy
/// says which of them are written.
///
/// A pass feeds every row that is not kept, from the first one on: known ones as they are, the
/// others as masks. Of its rows those stay in the context that were finished when they were fed,
/// the others are taken back. So the pass that first looks at a block also keeps the one before it,
/// and the prompt with the first.
///
/// Where a model stays a next-token model, its known rows also say what plain decoding would have
/// written behind them; held against that ([Pacing.Foretelling]), masks become drafts, and the text
/// is that of plain decoding.
///
/// @param policy which places are written
/// @param confidence of what it is told how sure it is
/// @param pacing blocks, and what is kept of them
/// @see <a href="https://arxiv.org/abs/2510.06303">SDAR 2025</a>
/// @see <a href="https://arxiv.org/abs/2509.26328">Fast-dLLM v2 2025</a>
/// @see <a href="https://arxiv.org/abs/2512.22737">WeDLM 2025</a>
public record BlockDiffusion(RevealPolicy policy, Confidence confidence, Pacing pacing)
        implements Decoder {
    /// What users call it.
    public static final String NAME = "block-diffusion";

    /// Of what a policy is told how sure it is.
    public enum Confidence {
        /// Of the drawn candidate, under the model's own law: neither temperature nor filters make
        /// it surer.
        CANDIDATE,
        /// Of the likeliest value, whatever was drawn.
        BEST,
        /// Of the drawn candidate, under the law that it was drawn from, as SDAR's script has it.
        SAMPLED
    }

    /// With the usual pacing.
    public BlockDiffusion(RevealPolicy policy) {
        this(policy, Confidence.CANDIDATE, Pacing.USUAL);
    }

    /// The same with another pacing.
    public BlockDiffusion with(Pacing other) {
        return new BlockDiffusion(policy, confidence, other);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> needs() {
        return EnumSet.of(Capability.MASKED, Capability.ANY_VISIBILITY, Capability.ROLLBACK);
    }

    @Override
    public Generation decode(Context context, Request request, Sink sink) {
        Transcript out = new Transcript(this, context, request, sink);
        Card card = context.card();
        Denoising denoising = denoising(card);
        Check.argument(
                !request.sampling().looksBack() || policy.equals(new RevealPolicy.Sequential(1)),
                "penalties, bans and grammars look at all that was written before, and decoder %s"
                        + " writes ahead of it; do without them, or set reveal to sequential",
                NAME);
        if (policy instanceof RevealPolicy.GuidedPrefix(Guide guide)) {
            guide.check(card);
        }
        boolean verified = pacing.foretelling() == Foretelling.VERIFIES;
        if (!verified && (!policy.exact() || approximates(denoising))) {
            context.ledger().relax();
        }
        if (!out.isOpen()) {
            return out.end();
        }
        try (Revealing revealing = policy.begin()) {
            new BlockWriting(this, denoising, context, request, out, revealing).run();
        } catch (CancellationException e) {
            out.cancel();
        }
        return out.end();
    }

    /// How the model was taught, in blocks of the size that is wanted.
    private Denoising denoising(Card card) {
        Denoising taught =
                card.denoising()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "model %s has masks and was taught no blocks of them"
                                                        .formatted(card.name())));
        Denoising denoising = taught.withBlock(pacing.block().orElse(taught.block()));
        Check.argument(
                pacing.subBlock().isEmpty()
                        || denoising.block() % pacing.subBlock().getAsInt() == 0,
                "sub_block is %d and does not divide a block of %d",
                pacing.subBlock().orElse(1),
                denoising.block());
        boolean prefix = denoising.reading() == Reading.PREFIX;
        Check.argument(
                prefix || pacing.commit() != Pacing.Commit.STREAM,
                "model %s reads by %s and cannot stream, since its rows see masks behind them; set"
                        + " commit to fused",
                card.name(),
                denoising.reading().word());
        Check.argument(
                prefix || pacing.foretelling() == Foretelling.NONE,
                "model %s reads by %s, and no row of it foretells the next token; do without foretold"
                        + " and verify",
                card.name(),
                denoising.reading().word());
        Check.argument(
                denoising.reading() != Reading.CANVAS || pacing.commit() != Pacing.Commit.APART,
                "rows of model %s see the whole canvas and cannot be kept in a pass of their own; set"
                        + " commit to fused",
                card.name());
        Check.argument(
                !pacing.subCache() || denoising.reading() == Reading.BLOCKS,
                "sub_cache is for models that read by blocks, and model %s reads by %s",
                card.name(),
                denoising.reading().word());
        return denoising;
    }

    /// Whether rows are kept that have not seen what they should.
    private boolean approximates(Denoising denoising) {
        boolean part = pacing.subCache() && pacing.subBlock().orElse(0) < denoising.block();
        return part
                || switch (denoising.reading()) {
                    case BLOCKS -> pacing.keep() == Pacing.Keep.KNOWN;
                    case PREFIX -> false;
                    case CANVAS -> pacing.keep() != Pacing.Keep.NOTHING;
                };
    }

    /// When finished places are kept, now that the model is known.
    Pacing.Commit commit(Denoising denoising) {
        if (pacing.commit() != Pacing.Commit.AUTO) {
            return pacing.commit();
        }
        return denoising.reading() == Reading.PREFIX ? Pacing.Commit.STREAM : Pacing.Commit.FUSED;
    }
}
