package org.cumae.image;

import org.cumae.Check;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineStats;
import org.cumae.model.Model;
import org.cumae.picture.Draw;
import org.cumae.picture.Guidance;
import org.cumae.picture.Manner;
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// A model that draws pictures, open for use by any number of threads: its pictures are drawn side
/// by side, and share passes.
public final class PictureModel implements AutoCloseable {
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
    public PictureModel(
            String name, MannerPlan plan, Manner manner, List<String> classes, Model model) {
        this.name = name;
        this.plan = plan;
        this.manner = manner;
        this.classes = List.copyOf(classes);
        this.engine = new Engine(model);
    }

    /// One picture to be drawn.
    ///
    /// @param label its class; empty for none in particular
    /// @param strength of guidance to the class, in the way of the model's manner; 1 is none
    /// @param sampling how a code is drawn
    /// @param seed the same seed and number give the same picture
    /// @param number which picture of the seed
    public record Wish(
            OptionalInt label, double strength, Sampling sampling, long seed, long number) {}

    /// What was drawn.
    ///
    /// @param picture `[rows, columns, channels]`
    /// @param drawn its codes, and what it cost
    public record Painted(Raster picture, Draw.Drawn drawn) {}

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

    /// The label of a class.
    ///
    /// @throws IllegalArgumentException if there is none of the name, listing those that there are
    public int label(String named) {
        int label = classes.indexOf(named);
        Check.argument(label >= 0, "there is no class '%s'; classes are %s", named, classes);
        return label;
    }

    private Guidance guidance(double strength) {
        if (strength == 1) {
            return Guidance.NONE;
        }
        return plan.order() == MannerPlan.Kind.SCALES
                ? new Guidance.Linear(strength - 1)
                : new Guidance.Constant(strength);
    }

    private Draw drawing(Wish wish) {
        return new Draw(
                manner,
                classes.size(),
                wish.label(),
                guidance(wish.strength()),
                wish.sampling(),
                KeyedChance.of(wish.seed(), wish.number()));
    }

    private Painted painted(Draw.Drawn drawn) {
        return new Painted(manner.code().write(drawn.codes()), drawn);
    }

    /// Draws one picture, telling each step.
    public Painted draw(Wish wish, Draw.Onlooker onlooker) {
        Draw draw = drawing(wish);
        return painted(engine.call(context -> draw.draw(context, onlooker)));
    }

    /// Draws pictures side by side.
    public List<Painted> draw(List<Wish> wishes) {
        List<Future<Draw.Drawn>> begun = new ArrayList<>();
        for (Wish wish : wishes) {
            Draw draw = drawing(wish);
            begun.add(engine.submit(context -> draw.draw(context, Draw.Onlooker.NONE)));
        }
        return begun.stream().map(PictureModel::result).map(this::painted).toList();
    }

    private static Draw.Drawn result(Future<Draw.Drawn> drawn) {
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
