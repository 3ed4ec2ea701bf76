package org.cumae.reproduce.diffusion;

import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.diffusion.School.Shape;
import org.cumae.reproduce.diffusion.School.Way;
import org.cumae.text.TextModel;
import org.cumae.train.denoise.MaskProcess;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One next-token model converted in four ways by as many steps, and what blocks of another size
/// than the learned one do to the best of them.
///
/// @see <a href="https://arxiv.org/abs/2509.26328">Fast-dLLM v2 2025</a>
public final class ComplementaryViews implements Reproduction {
    private static final int BLOCK = 16;
    private static final int PART = 4;
    private static final double LEAST_TOKENS = 2;

    @Override
    public int method() {
        return 40;
    }

    @Override
    public String claim() {
        return "Complementary views and places that are told by the row before them convert a"
                + " next-token model in fewer steps, and sub-blocks write in small parts where blocks of"
                + " another size lose quality (here, small models of plays, blocks of 16, equal steps: the"
                + " bound with both below that without second views and below that with each place's"
                + " own row; the bundled models of crystals, confidence above 0.9: at least 2 tokens a"
                + " pass, at most 1 point fewer right and .02 nats a character more surprising to the"
                + " base than one a pass; worse than that in blocks of 4 or 32, and not in sub-blocks"
                + " of 4)";
    }

    @Override
    public Outcome run(Trial trial) {
        Shape shape = new Shape(3, 96);
        Denoising shifted = new Denoising(BLOCK, Reading.BLOCKS, true);
        Denoising own = new Denoising(BLOCK, Reading.BLOCKS, false);
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("row before, second views", new Way(shifted, MaskProcess.FAST_DLLM));
        ways.put(
                "row before, one view",
                new Way(shifted, MaskProcess.FAST_DLLM.complementary(false)));
        ways.put("own row, second views", new Way(own, MaskProcess.FAST_DLLM));
        ways.put("own row, weighed by level", new Way(own, MaskProcess.SDAR));
        try (School school = School.ofPlays(trial.progress())) {
            Path base = school.plain("next tokens", shape, trial.quick() ? 250 : 800);
            long steps = trial.quick() ? 70 : 300;
            List<Figure> table = new ArrayList<>();
            List<Double> bounds = new ArrayList<>();
            ways.forEach(
                    (name, way) -> {
                        long begin = System.nanoTime();
                        Path model = school.converted(name, base, way, steps);
                        double seconds = (System.nanoTime() - begin) / 1e9;
                        bounds.add(school.bound(model));
                        table.add(new Figure(name + ": bound", bounds.getLast(), "nats/token"));
                        table.add(new Figure(name + ": learned in", seconds, "s"));
                    });
            Writing writing = Writing.of(trial);
            table.addAll(writing.figures);
            boolean holds =
                    bounds.get(0) < bounds.get(1)
                            && bounds.get(0) < bounds.get(2)
                            && writing.holds();
            return new Outcome(
                    new Figure("next tokens", writing.plain, "tokens/pass"),
                    new Figure(
                            "blocks of 16, theta 0.9",
                            writing.of(Writing.LEARNED).tokensPerPass(),
                            "tokens/pass"),
                    holds,
                    table);
        }
    }

    /// What the converted model writes.
    ///
    /// @param plain tokens a pass of the base
    /// @param sittings by decoder
    private record Writing(double plain, Map<String, Sitting> sittings, List<Figure> figures) {
        private static final String ONE = "blocks of 16, one a pass";
        private static final String LEARNED = "blocks of 16, theta 0.9";

        static Writing of(Trial trial) {
            BlockDiffusion sure = new BlockDiffusion(new RevealPolicy.Threshold(0.9, 1));
            Map<String, Decoder> decoders = new LinkedHashMap<>();
            decoders.put(ONE, new BlockDiffusion(new RevealPolicy.Threshold(1, 1)));
            decoders.put(LEARNED, sure);
            decoders.put("blocks of 4", sure.with(Pacing.USUAL.withBlock(4)));
            decoders.put("blocks of 32", sure.with(Pacing.USUAL.withBlock(32)));
            decoders.put("sub-blocks of 4", sure.with(Pacing.USUAL.withSubBlock(PART, false)));
            decoders.put(
                    "sub-blocks of 4, cached", sure.with(Pacing.USUAL.withSubBlock(PART, true)));
            List<Figure> figures = new ArrayList<>();
            Map<String, Sitting> sittings = new LinkedHashMap<>();
            try (CrystalExam crystals = CrystalExam.of(trial.quick() ? 6 : 40);
                    TextModel model = CrystalExam.open("crystals-fastdllm")) {
                Sitting next = crystals.sit("next tokens", crystals.reader(), new Sequential());
                figures.addAll(next.figures());
                decoders.forEach(
                        (name, decoder) -> {
                            trial.progress().accept(name);
                            sittings.put(name, crystals.sit(name, model, decoder));
                            figures.addAll(sittings.get(name).figures());
                        });
                figures.addAll(RowCosts.of(model.engine(), crystals.prompt(model)).figures());
                return new Writing(next.tokensPerPass(), sittings, figures);
            }
        }

        Sitting of(String name) {
            return Objects.requireNonNull(sittings.get(name));
        }

        boolean holds() {
            Sitting learned = of(LEARNED);
            return learned.tokensPerPass() >= LEAST_TOKENS
                    && learned.isAsGoodAs(of(ONE))
                    && (!of("blocks of 4").isAsGoodAs(learned)
                            || !of("blocks of 32").isAsGoodAs(learned))
                    && of("sub-blocks of 4").isAsGoodAs(learned);
        }
    }
}
