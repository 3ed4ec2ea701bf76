package org.cumae.decode.named;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.decode.Beam;
import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Guide;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.decode.speculative.Block;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Kseq;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.Synthetic;
import org.cumae.decode.speculative.Tempo;
import org.cumae.decode.speculative.draft.Aded;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.decode.speculative.draft.Medusa;
import org.cumae.decode.speculative.draft.OwnDrafts;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.decode.speculative.draft.SmallModel;
import org.cumae.decode.speculative.draft.Trigrams;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decoders as users name them.
class DecodersTest {
    private static final SmallModel SMALL = SmallModel.of(TableModel.random(3, 1, 1));
    private static final Trigrams TRIGRAMS =
            Trigrams.of(3, 0, List.of(Tokens.of(0, 1, 2, 0, 1, 1)));
    private static final Drafts DRAFTS =
            new Drafts(
                    name -> name.equals("small") ? Optional.of(SMALL) : Optional.empty(),
                    new Tempo(),
                    new OwnDrafts(
                            Optional.of(new Masks(3, 4, Masks.Strategy.LINEAR, Optional.empty())),
                            Optional.of(new Medusa(2, (_, _) -> List.of())),
                            Optional.of(TRIGRAMS)));

    private static Speculative speculative(String... settings) {
        Named named = new Named("speculative", Map.of());
        for (String setting : settings) {
            String[] pair = setting.split("=", 2);
            named = named.with(pair[0], pair[1]);
        }
        return (Speculative) Decoders.named(named.name(), named.settings(), DRAFTS);
    }

    @Test
    void decodersAreNamedSetAndRefusedInWords() {
        assertThat(Decoders.parse("beam:4")).isEqualTo(new Beam(4));
        assertThat(Decoders.parse("beam: width=3, length_penalty=0.5, patience=exact"))
                .isEqualTo(new Beam(3, 0.5, Beam.Patience.EXACT));
        assertThat(Decoders.parse("beam:2,0.5")).isEqualTo(new Beam(2, 0.5, Beam.Patience.USUAL));
        assertThat(Decoders.parse("sequential")).isEqualTo(new Sequential());
        assertThatThrownBy(() -> Decoders.parse("bream"))
                .hasMessage(
                        "there is no decoder 'bream'; there are sequential, beam, speculative, infill,"
                                + " block-diffusion");
        assertThatThrownBy(() -> Decoders.parse("beam:size=4"))
                .hasMessageContaining("no setting 'size'; it has width, length_penalty, patience");
        assertThatThrownBy(() -> Decoders.parse("beam:four")).hasMessageContaining("whole number");
        assertThatThrownBy(() -> Decoders.parse("beam:0")).hasMessageContaining("width is 0");
        assertThatThrownBy(() -> Decoders.parse("beam:1,width=2")).hasMessageContaining("twice");
        assertThatThrownBy(() -> Decoders.parse("beam:patience=long"))
                .hasMessage("patience is 'long'; it must be one of none, usual, exact");
        assertThatThrownBy(() -> Decoders.parse("sequential:3"))
                .hasMessageContaining("it has none");
        for (Offer offer : Decoders.offers()) {
            assertThat(Decoders.parse(offer.name()).name()).isEqualTo(offer.name());
            assertThat(offer.needs()).isEqualTo(Decoders.parse(offer.name()).needs());
        }
    }

    @Test
    void everyDraftAndEveryLawHasAName() {
        Decoder plain = Decoders.parse("speculative:lookup,match,4");
        assertThat(plain)
                .isEqualTo(
                        new Speculative(
                                PromptLookup.DEFAULT, new Match(), new DraftLength.Fixed(4), 1));
        assertThat(speculative().length()).isEqualTo(new DraftLength.Auto(16, DRAFTS.tempo()));
        assertThat(speculative().law()).isEqualTo(new Gumbel());
        for (String draft :
                new String[] {"suffix", "ngram", "lookup", "aded", "mtp", "medusa", "synthetic"}) {
            assertThat(speculative("draft=" + draft).drafter().name()).isEqualTo(draft);
        }
        for (String law :
                new String[] {
                    "gumbel", "match", "chain", "block", "kseq", "rrs", "rrs_repeating", "synthetic"
                }) {
            assertThat(speculative("draft=small", "law=" + law).law().name()).isEqualTo(law);
        }
        assertThat(speculative("draft=small", "law=kseq"))
                .isEqualTo(new Speculative(SMALL, new Kseq(), speculative().length(), 4));
        assertThat(speculative("draft=small", "law=block", "width=1").law()).isEqualTo(new Block());
        assertThat(speculative("law=synthetic", "acceptance=0.3").law())
                .isEqualTo(new Synthetic(.3));
        assertThat(((Masks) speculative("draft=mtp").drafter()).strategy())
                .isEqualTo(Masks.Strategy.QUADRATIC);
        assertThat(((Masks) speculative("draft=mtp", "strategy=linear").drafter()).strategy())
                .isEqualTo(Masks.Strategy.LINEAR);
        assertThatThrownBy(() -> Decoders.parse("speculative:mtp"))
                .hasMessageContaining("the model has learned no masks");
        assertThatThrownBy(() -> Decoders.parse("speculative:medusa"))
                .hasMessageContaining("the model has learned no heads")
                .hasMessageContaining("a recipe of kind medusa");
        assertThat(speculative("draft=aded").width()).isEqualTo(4);
        Aded following = (Aded) speculative("draft=aded").drafter();
        assertThat(following.tables().get().base()).isSameAs(TRIGRAMS);
        assertThat(following.tables().get()).isNotSameAs(following.tables().get());
        Aded still = (Aded) speculative("draft=aded", "follow=nothing").drafter();
        assertThat(still.tables().get()).isSameAs(still.tables().get());
        assertThat(speculative("draft=aded", "law=chain").width()).isEqualTo(1);
        assertThat(((Aded) speculative("draft=aded", "search=tree_search").drafter()).search())
                .isEqualTo(Aded.Search.TREE_SEARCH);
    }

    @Test
    void whatIsUnknownIsRefusedWithTheKnown() {
        assertThatThrownBy(() -> speculative("draft=large"))
                .hasMessageContaining("there is no draft 'large'")
                .hasMessageContaining(
                        "suffix, ngram, lookup, aded, mtp, medusa, synthetic, and models");
        assertThatThrownBy(() -> speculative("law=typical"))
                .hasMessageContaining("law is 'typical'; it must be one of gumbel, match, chain");
        assertThatThrownBy(() -> speculative("draft_length=some"))
                .hasMessageContaining("draft_length is 'some'; it must be a whole number, or auto");
        assertThatThrownBy(() -> speculative("depth=3"))
                .hasMessageContaining("no setting 'depth'; it has draft, law, draft_length");
        assertThatThrownBy(() -> speculative("search=deep"))
                .as("nobody searches here, and the word is wrong all the same")
                .hasMessageContaining("best_first, tree_search");
        assertThatThrownBy(() -> speculative("law=kseq")).hasMessageContaining("use law match");
    }

    private static BlockDiffusion blocks(String words) {
        Named named = Named.parse(words);
        return (BlockDiffusion) Decoders.named(named.name(), named.settings(), DRAFTS);
    }

    @Test
    void everyRevealPolicyHasAName() {
        assertThat(blocks("block-diffusion"))
                .isEqualTo(new BlockDiffusion(new RevealPolicy.Threshold(0.9, 1)));
        assertThat(blocks("block-diffusion:threshold,0.8,16,floor=2,sub_block=4,sub_cache=yes"))
                .isEqualTo(
                        new BlockDiffusion(
                                new RevealPolicy.Threshold(0.8, 2),
                                BlockDiffusion.Confidence.CANDIDATE,
                                Pacing.USUAL.withBlock(16).withSubBlock(4, true)));
        assertThat(blocks("block-diffusion:static,steps=3").policy())
                .isEqualTo(new RevealPolicy.Static(3));
        assertThat(blocks("block-diffusion:factor,factor=2").policy())
                .isEqualTo(new RevealPolicy.Factor(2));
        assertThat(blocks("block-diffusion:entropy_budget,bounded=yes").policy())
                .isEqualTo(new RevealPolicy.EntropyBudget(0.35, true));
        assertThat(blocks("block-diffusion:entropy_distance,tau=0.3,lambda=0.1").policy())
                .isEqualTo(new RevealPolicy.EntropyDistance(0.3, 0.1));
        assertThat(blocks("block-diffusion:sequential,count=2").policy())
                .isEqualTo(new RevealPolicy.Sequential(2));
        assertThat(blocks("block-diffusion:random").policy()).isEqualTo(new RevealPolicy.Random(1));
        assertThat(blocks("block-diffusion:guided,guide=small,accept=relative,chunk=7").policy())
                .isEqualTo(
                        new RevealPolicy.GuidedPrefix(
                                new Guide(
                                        SMALL.card(),
                                        SMALL.contexts(),
                                        new Guide.Accept.Top(2, 0.5),
                                        7)));
        assertThat(
                        blocks(
                                        "block-diffusion:confidence=best,commit=apart,keep=prompt,refresh=4,ahead=8,foretold=yes")
                                .pacing())
                .isEqualTo(
                        Pacing.USUAL
                                .committing(Pacing.Commit.APART)
                                .keeping(Pacing.Keep.PROMPT)
                                .refreshing(4)
                                .looking(8)
                                .foretelling(Pacing.Foretelling.FIRST));
        assertThat(blocks("block-diffusion:entropy_distance,verify=exact").pacing())
                .isEqualTo(Pacing.USUAL.foretelling(Pacing.Foretelling.VERIFIES));
        assertThatThrownBy(() -> blocks("block-diffusion:some"))
                .hasMessageContaining("reveal is 'some'; it must be one of threshold, static");
        assertThatThrownBy(() -> blocks("block-diffusion:guided,guide=large"))
                .hasMessageContaining("guide 'large' is no model");
        assertThatThrownBy(() -> blocks("block-diffusion:theta=2"))
                .hasMessageContaining("theta is 2.0; it must lie between 0 and 1");
    }
}
