package org.cumae.reproduce.diffusion;

import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Guide;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.engine.Engine;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.text.TextModel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A model that sees a whole canvas of masks, guided by a small next-token model, with rows that
/// are kept although they have not seen what came later.
///
/// @see <a href="https://arxiv.org/abs/2505.21467">FlashDLM 2025</a>
public final class GuidedCanvas implements Reproduction {
    private static final String BEST = "one a pass, everything fed again";
    private static final String KEPT = "one a pass, blocks kept";
    private static final String PREFIX = "one a pass, all known kept";
    private static final String GUIDED = "guided, everything fed again";
    private static final String BOTH = "guided, blocks kept";
    private static final String RELATIVE = "guided by the best two, blocks kept";
    private static final String STEPS = "a quarter of the passes, blocks kept";
    private static final double LEAST_GAIN = 3;
    private static final double LEAST_ROWS = 2;

    @Override
    public int method() {
        return 38;
    }

    @Override
    public String claim() {
        return "A small next-token model says how many tokens of a masked model stay, and keys of known"
                + " tokens are kept although the model sees ahead, with little lost (here, the bundled models"
                + " of crystals, guided by their base: guided at most 1 point fewer right than one a"
                + " pass in at most a third of the passes, where a fixed number of places a pass loses 5"
                + " points or more; guided no fewer right than the guide alone; kept rows at least"
                + " halve the rows fed, for at most 2 points)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        Map<String, Sitting> sittings = new LinkedHashMap<>();
        try (CrystalExam exam = CrystalExam.of(trial.quick() ? 4 : 24);
                TextModel masked = CrystalExam.open("crystals-canvas")) {
            TextModel guide = exam.reader();
            Sitting alone = exam.sit("the guide alone", guide, new Sequential());
            table.addAll(alone.figures());
            decoders(guide.engine())
                    .forEach(
                            (name, decoder) -> {
                                trial.progress().accept(name);
                                Sitting sitting = exam.sit(name, masked, decoder);
                                sittings.put(name, sitting);
                                table.addAll(sitting.figures());
                                table.add(
                                        new Figure(
                                                sitting.name() + ": rows",
                                                sitting.rows() / exam.beginnings().size(),
                                                "rows/text"));
                            });
            table.addAll(RowCosts.of(masked.engine(), exam.prompt(masked)).figures());
            Sitting best = of(sittings, BEST);
            Sitting kept = of(sittings, KEPT);
            Sitting guided = of(sittings, GUIDED);
            boolean holds =
                    guided.accuracy() >= best.accuracy() - 0.01 - 1e-9
                            && guided.tokensPerPass() >= LEAST_GAIN * best.tokensPerPass()
                            && of(sittings, STEPS).accuracy() <= best.accuracy() - 0.05
                            && guided.accuracy() >= alone.accuracy()
                            && best.rows() >= LEAST_ROWS * kept.rows()
                            && kept.accuracy() >= best.accuracy() - 0.02 - 1e-9;
            return new Outcome(
                    new Figure("one a pass", best.tokensPerPass(), "tokens/pass"),
                    new Figure("guided", guided.tokensPerPass(), "tokens/pass"),
                    holds,
                    table);
        }
    }

    private static Sitting of(Map<String, Sitting> sittings, String name) {
        return Objects.requireNonNull(sittings.get(name));
    }

    private static Map<String, Decoder> decoders(Engine small) {
        BlockDiffusion one = new BlockDiffusion(new RevealPolicy.Threshold(1, 1));
        BlockDiffusion guided = guided(small, new Guide.Accept.Best());
        Pacing again = Pacing.USUAL.keeping(Pacing.Keep.NOTHING);
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        decoders.put(BEST, one.with(again));
        decoders.put(KEPT, one);
        decoders.put(PREFIX, one.with(Pacing.USUAL.keeping(Pacing.Keep.KNOWN)));
        decoders.put(GUIDED, guided.with(again.withBlock(64)));
        decoders.put(BOTH, guided);
        decoders.put(RELATIVE, guided(small, new Guide.Accept.Top(2, 0.5)));
        decoders.put(STEPS, new BlockDiffusion(new RevealPolicy.Static(2)));
        return decoders;
    }

    private static BlockDiffusion guided(Engine small, Guide.Accept accept) {
        return new BlockDiffusion(
                new RevealPolicy.GuidedPrefix(new Guide(small.card(), small::open, accept, 32)));
    }
}
