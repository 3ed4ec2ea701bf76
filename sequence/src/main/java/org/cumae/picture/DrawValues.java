package org.cumae.picture;

import org.cumae.Check;
import org.cumae.distribution.Vector;
import org.cumae.flow.Solver;
import org.cumae.flow.Velocity;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.Query;
import org.cumae.model.Question;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/// Draws a picture of real vectors, step after step of a manner: the values of a step come out of
/// noise together, one pass for each velocity that the solver asks for.
///
/// With guidance the velocity without the class is asked for in the same pass, and only where its
/// weight is not 1; both go from the same values. How wide noise is on the way is what the model
/// says with the class, and is not mixed.
///
/// @param manner how
/// @param classes how many there are
/// @param label which one; empty for none in particular
/// @param guidance how much more of the class than the model says
/// @param solver how values are brought out of noise
/// @param temperature what the noise at the start is multiplied by; 1 is as learned
/// @param noise of what is left to chance, addressed by step
public record DrawValues(
        FlowManner manner,
        int classes,
        OptionalInt label,
        Guidance guidance,
        Solver solver,
        double temperature,
        Noise noise) {
    private static final int START = 0; // streams of a step's noise
    private static final int WAY = 1;
    private static final long ORDER = -1; // beside the steps

    /// Checks the label.
    ///
    /// @throws IllegalArgumentException if there is no such class, or guidance to none
    public DrawValues {
        guidance.check(label, classes);
        Check.argument(
                temperature >= 0 && temperature < Double.POSITIVE_INFINITY,
                "temperature is %s; it must be 0 or more",
                temperature);
    }

    /// Is told what is known behind each step.
    @FunctionalInterface
    public interface Onlooker {
        /// Nobody looks.
        Onlooker NONE = (_, _) -> true;

        /// The values of a step are drawn.
        ///
        /// @param step from 0
        /// @param values `[length * width]`, a copy, of which those up to the step are known
        /// @return whether to go on
        boolean drawn(int step, float... values);
    }

    /// What was drawn.
    ///
    /// @param values `[length * width]`
    /// @param steps how many steps of them are known; less than the manner's where it was ended
    ///   before
    /// @param ledger what it cost
    @SuppressWarnings("ArrayRecordComponent") // handed over
    public record Drawn(float[] values, int steps, Ledger.Entry ledger) {}

    /// What a model must offer.
    public static Set<Capability> needs() {
        return EnumSet.of(
                Capability.VECTORS,
                Capability.CONTINUOUS,
                Capability.FULL_VISIBILITY,
                Capability.HIDDEN_STATES,
                Capability.ROLLBACK);
    }

    /// Refuses a model that does not say what a solver asks for.
    ///
    /// @throws IllegalArgumentException if noise is to be as wide as was learned, and nothing was
    public static void check(Solver solver, Card card) {
        Check.argument(
                !solver.asksWidths() || card.capabilities().contains(Capability.WIDTHS),
                "noise is to be as wide as model %s has learned, and it learned no widths; take"
                        + " variance smallest or largest (manner.flow), or train it with"
                        + " model.variance: learned",
                card.name());
    }

    /// The manner in the order of this picture.
    public FlowManner drawing() {
        return manner.ordered(noise.at(ORDER));
    }

    /// Draws.
    ///
    /// @param context empty; what is fed stays there
    /// @param onlooker is told of each step
    /// @throws org.cumae.model.CapabilityException if the model cannot be asked so
    /// @throws IllegalArgumentException if the model has other classes, or holds too few rows, or
    ///   the solver asks for widths of noise that it did not learn
    public Drawn draw(Context context, Onlooker onlooker) {
        context.card().require("drawing values", needs());
        check(solver, context.card());
        Check.argument(
                context.card().vocabulary() == classes + 1
                        && context.card().maxLength() >= manner.mostRows(),
                "model %s has %d ids and %d rows; pictures of %d classes need %d and %d",
                context.card().name(),
                context.card().vocabulary(),
                context.card().maxLength(),
                classes,
                classes + 1,
                manner.mostRows());
        long begin = System.nanoTime();
        FlowManner drawing = drawing();
        int width = manner.latent().width();
        float[] values = new float[manner.length() * width];
        List<Vector> made = new ArrayList<>(); // of the rows of values that were drawn
        int known = 0;
        int written = 0;
        try (Context without = context.fork()) {
            boolean goesOn = true;
            while (goesOn && known < manner.steps()) {
                List<Integer> places = drawing.drawn(known);
                List<Answer> opened = opened(drawing, known, context, without, made, values);
                double[] settled = settled(drawing, known, context, without, opened);
                for (int i = 0; i < places.size() * width; i++) {
                    values[places.get(i / width) * width + i % width] = (float) settled[i];
                }
                made.addAll(made(opened.getFirst(), places.size()));
                written += places.size();
                goesOn = onlooker.drawn(known, values.clone());
                known++;
            }
        } catch (CancellationException _) {
            // what is known stays
        }
        return new Drawn(values, known, context.ledger().entry(written, System.nanoTime() - begin));
    }

    /// The values that come out of noise in a step, `[settled * width]`.
    private double[] settled(
            FlowManner drawing, int step, Context context, Context without, List<Answer> opened) {
        Velocity velocity = new Settling(drawing, step, guidance, context, without, opened);
        Noise here = noise.at(step);
        int numbers = drawing.settled(step).size() * manner.latent().width();
        double[] start =
                IntStream.range(0, numbers)
                        .mapToDouble(i -> temperature * here.at(START).gaussian(i))
                        .toArray();
        return solver.solve(velocity, here.at(WAY), start);
    }

    /// What is answered to a step's opening, with the class and where that is wanted without.
    private List<Answer> opened(
            FlowManner drawing,
            int step,
            Context context,
            Context without,
            List<Vector> made,
            float... values) {
        boolean guided = !(guidance instanceof Guidance.None);
        drawing.opensBehind(step)
                .ifPresent(
                        rows -> {
                            context.truncate(rows);
                            without.truncate(guided ? rows : 0);
                        });
        List<Query> with = drawing.opening(step, label.orElse(classes), made, values);
        List<Query> others = drawing.opening(step, classes, made, values);
        List<Answer> opened = List.of();
        for (int i = 0; i < with.size(); i++) {
            List<Question> questions = new ArrayList<>();
            questions.add(new Question(context, with.get(i)));
            if (guided) {
                questions.add(new Question(without, others.get(i)));
            }
            opened = context.askAll(questions);
        }
        return opened;
    }

    /// What was made of the rows of a step's values, where its opening asked: they come first.
    private static List<Vector> made(Answer opened, int drawn) {
        return IntStream.range(0, Math.min(drawn, opened.findings().size()))
                .mapToObj(opened::vector)
                .toList();
    }
}
