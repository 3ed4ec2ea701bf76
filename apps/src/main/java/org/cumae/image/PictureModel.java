package org.cumae.image;

import org.cumae.Check;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineStats;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.Model;
import org.cumae.noise.Noise;
import org.cumae.picture.CodeManner;
import org.cumae.picture.Draw;
import org.cumae.picture.DrawValues;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.FlowManner;
import org.cumae.picture.Guidance;
import org.cumae.picture.Latent;
import org.cumae.picture.Manner;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A model that draws pictures, open for use by any number of threads: its pictures are drawn side
/// by side, and share passes.
public final class PictureModel implements AutoCloseable {
    private static final long START = 1; // of the noise that a picture comes out of

    private final String name;
    private final MannerPlan plan;
    private final Manner manner;
    private final List<String> classes;
    private final Engine engine;

    /// Takes the model over: closing this closes it.
    ///
    /// @param name what messages call it
    /// @param plan how pictures are drawn, in words
    /// @param manner the same
    /// @param classes what the classes are called
    /// @throws IllegalArgumentException if the plan takes noise as wide as was learned, and the
    ///   model learned none; the model is closed then
    public PictureModel(
            String name, MannerPlan plan, Manner manner, List<String> classes, Model model) {
        this.name = name;
        this.plan = plan;
        this.manner = manner;
        this.classes = List.copyOf(classes);
        if (manner instanceof FlowManner) {
            try {
                DrawValues.check(plan.solver(), model.card());
            } catch (IllegalArgumentException e) {
                model.close();
                throw e;
            }
        }
        this.engine = new Engine(model);
    }

    /// One picture to be drawn.
    ///
    /// @param label its class; empty for none in particular
    /// @param strength of guidance to the class, in the way of the model's manner; 1 is none
    /// @param sampling how a code is drawn; of real vectors, its temperature multiplies the noise
    ///   that they come out of
    /// @param seed the same seed and number give the same picture
    /// @param number which picture of the seed
    /// @param given codes by their places, which are not drawn, and [PictureCode#UNKNOWN] at those
    ///   that are: see [#codes]
    public record Wish(
            OptionalInt label,
            double strength,
            Sampling sampling,
            long seed,
            long number,
            List<Integer> given) {
        /// Copies the list.
        public Wish {
            given = List.copyOf(given);
        }

        /// With nothing given.
        public Wish(OptionalInt label, double strength, Sampling sampling, long seed, long number) {
            this(label, strength, sampling, seed, number, List.of());
        }

        /// The same with another number.
        public Wish numbered(long other) {
            return new Wish(label, strength, sampling, seed, other, given);
        }

        /// The same behind the beginning of another picture.
        ///
        /// @param codes the first of that picture, or those at any places
        public Wish behind(List<Integer> codes) {
            return new Wish(label, strength, sampling, seed, number, codes);
        }

        /// As many of each class of a model.
        ///
        /// @param count of all
        public static List<Wish> each(
                PictureModel model, int count, double strength, Sampling sampling, long seed) {
            int classes = model.classes().size();
            return IntStream.range(0, count)
                    .mapToObj(
                            i -> new Wish(OptionalInt.of(i % classes), strength, sampling, seed, i))
                    .toList();
        }
    }

    /// What was drawn.
    ///
    /// @param picture `[rows, columns, channels]`
    /// @param codes that it was written from; none of real vectors
    /// @param ledger what it cost
    public record Painted(Raster picture, List<Integer> codes, Ledger.Entry ledger) {
        /// Copies the list.
        public Painted {
            codes = List.copyOf(codes);
        }

        private static Painted of(Raster picture, Draw.Drawn drawn) {
            return new Painted(
                    picture, IntStream.of(drawn.codes()).boxed().toList(), drawn.ledger());
        }
    }

    /// Is shown a picture while it is drawn.
    @FunctionalInterface
    public interface Onlooker {
        /// Nobody looks.
        Onlooker NONE = (_, _) -> true;

        /// A step was drawn.
        ///
        /// @param step from 0
        /// @param known makes a raster of what is known, `[rows, columns, 3]`
        /// @return whether to go on
        boolean drawn(int step, Supplier<Raster> known);
    }

    /// What messages call it.
    public String name() {
        return name;
    }

    /// How it draws, in words.
    public MannerPlan plan() {
        return plan;
    }

    /// How it draws.
    public Manner manner() {
        return manner;
    }

    /// What its classes are called.
    public List<String> classes() {
        return classes;
    }

    /// The codes of a picture, of which the first may be given to a wish.
    ///
    /// @return `[length]`
    /// @throws IllegalArgumentException if the model draws real vectors, or the picture has another
    ///   size
    public List<Integer> codes(Raster picture) {
        if (manner instanceof CodeManner codes) {
            return IntStream.of(codes.code().read(picture)).boxed().toList();
        }
        throw new IllegalArgumentException(
                "model %s draws real vectors, and a picture has no codes for it".formatted(name));
    }

    /// The label of a class.
    ///
    /// @throws IllegalArgumentException if there is none of the name, listing those that there are
    public int label(String named) {
        int label = classes.indexOf(named);
        Check.argument(label >= 0, "there is no class '%s'; classes are %s", named, classes);
        return label;
    }

    /// What draws a wish in a context of its own.
    private Function<Context, Painted> drawing(Wish wish, Onlooker onlooker) {
        Guidance guidance = plan.guidance(wish.strength());
        return switch (manner) {
            case CodeManner codes -> {
                Draw draw =
                        new Draw(
                                codes,
                                classes.size(),
                                wish.label(),
                                guidance,
                                wish.sampling(),
                                KeyedChance.of(wish.seed(), wish.number()),
                                wish.given());
                yield codes.code() instanceof EmergingCode emerging
                        ? context ->
                                painted(
                                        emerging,
                                        Noise.of(wish.seed(), wish.number()).at(START),
                                        draw,
                                        context,
                                        onlooker)
                        : context -> painted(codes.code(), draw, context, onlooker);
            }
            case FlowManner flow -> {
                Check.argument(
                        wish.given().isEmpty(),
                        "%d codes are given, and model %s draws real vectors; give none",
                        wish.given().size(),
                        name);
                DrawValues draw =
                        new DrawValues(
                                flow,
                                classes.size(),
                                wish.label(),
                                guidance,
                                plan.solver(),
                                wish.sampling().temperature(),
                                Noise.of(wish.seed(), wish.number()));
                yield context -> painted(flow, draw, context, onlooker);
            }
        };
    }

    private static Painted painted(
            PictureCode code, Draw draw, Context context, Onlooker onlooker) {
        Draw.Drawn drawn =
                draw.draw(
                        context,
                        (step, codes) -> onlooker.drawn(step, () -> Preview.of(code, codes)));
        return Painted.of(code.write(drawn.codes()), drawn);
    }

    /// A picture that emerges while its codes are drawn.
    private static Painted painted(
            EmergingCode code, Noise noise, Draw draw, Context context, Onlooker onlooker) {
        try (Showing showing = new Showing(code, noise)) {
            Draw.Drawn drawn =
                    draw.draw(
                            context,
                            (step, codes) -> {
                                showing.follow(codes);
                                return onlooker.drawn(step, showing::known);
                            });
            return Painted.of(showing.picture(), drawn);
        }
    }

    private static Painted painted(
            FlowManner flow, DrawValues draw, Context context, Onlooker onlooker) {
        Latent latent = flow.latent();
        DrawValues.Drawn drawn =
                draw.draw(
                        context,
                        (step, values) ->
                                onlooker.drawn(
                                        step,
                                        () ->
                                                Preview.of(
                                                        latent,
                                                        draw.drawing().known(step + 1, values))));
        float[] known =
                drawn.steps() == 0
                        ? new float[latent.length() * latent.width()]
                        : draw.drawing().known(drawn.steps(), drawn.values());
        for (int i = 0; i < known.length; i++) {
            known[i] = Float.isNaN(known[i]) ? 0 : known[i]; // the mean patch
        }
        return new Painted(latent.write(known), List.of(), drawn.ledger());
    }

    /// Draws one picture, telling each step.
    public Painted draw(Wish wish, Onlooker onlooker) {
        return engine.call(drawing(wish, onlooker));
    }

    /// Draws pictures side by side.
    public List<Painted> draw(List<Wish> wishes) {
        List<Future<Painted>> begun = new ArrayList<>();
        for (Wish wish : wishes) {
            begun.add(engine.submit(drawing(wish, Onlooker.NONE)));
        }
        return begun.stream().map(PictureModel::result).toList();
    }

    private static Painted result(Future<Painted> drawn) {
        try {
            return drawn.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a picture could not be drawn", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pictures are drawn", e);
        }
    }

    /// What its engine has done.
    public EngineStats stats() {
        return engine.stats();
    }

    @Override
    public void close() {
        engine.close();
    }
}
