package org.cumae.picture;

import org.cumae.Check;
import org.cumae.canvas.Span;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.History;
import org.cumae.distribution.Sampling;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.PooledContext.Pooling;
import org.cumae.model.Query;
import org.cumae.model.Question;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/// Draws a picture of codes, step after step of a manner, each in one pass: the codes of a step are
/// drawn independently of each other, given all before. Of masks a step draws all that is not known
/// and keeps some of it.
///
/// Without guidance the model is asked once a step; with it once more without the class, in the
/// same pass. What is drawn for a code depends on the seed, its place, and what was drawn before
/// it, and not on what else runs.
///
/// @param manner how
/// @param classes how many there are
/// @param label which one; empty for none in particular
/// @param guidance how much more of the class than the model says
/// @param sampling how a code is drawn from its law
/// @param chance what decisions are taken with
/// @param given codes of the picture by their places, which are not drawn, as those of another
///   picture, whose beginning this one then has; [PictureCode#UNKNOWN] at those that are, and
///   nothing behind the last. Cells that are drawn before a given one do not know it; masks do
public record Draw(
        CodeManner manner,
        int classes,
        OptionalInt label,
        Guidance guidance,
        Sampling sampling,
        Chance chance,
        List<Integer> given) {
    /// Checks the label and the codes.
    ///
    /// @throws IllegalArgumentException if there is no such class, or guidance to none; if more
    ///   codes are given than there are, or others than there are, or a part of a cell that is
    ///   known or masked as a whole, or, in scales and lines, some that are not drawn first
    public Draw {
        guidance.check(label, classes);
        sampling.check(manner.code().vocabulary());
        given = List.copyOf(given);
        int count = given.size();
        Check.argument(
                count <= manner.code().length(),
                "%d codes are given and a picture has %d; give fewer",
                count,
                manner.code().length());
        for (int place = 0; place < count; place++) {
            Span codes = manner.span(place);
            Check.argument(
                    !isGiven(given, place) || codes.contains(given.get(place)),
                    "code %d is given at place %d, whose codes are [%d, %d)",
                    given.get(place),
                    place,
                    codes.from(),
                    codes.to());
        }
        switch (manner) {
            case CodeMasks masks -> checkWhole(masks.code().perCell(), given);
            case Scales _, Line _ -> checkFirst(manner, given);
            case Cells _ -> {}
        }
    }

    private static boolean isGiven(List<Integer> given, int place) {
        return place < given.size() && given.get(place) != PictureCode.UNKNOWN;
    }

    private boolean isGiven(int place) {
        return isGiven(given, place);
    }

    /// How many codes are given.
    private int givenCodes() {
        return (int) IntStream.range(0, given.size()).filter(this::isGiven).count();
    }

    /// Refuses cells of which a part is given.
    private static void checkWhole(int each, List<Integer> given) {
        for (int place = 0; place < given.size(); place++) {
            int first = place - place % each;
            Check.argument(
                    isGiven(given, place) == isGiven(given, first)
                            && (!isGiven(given, place) || isGiven(given, first + each - 1)),
                    "%d codes are given and a cell has %d, which a mask hides together; give whole"
                            + " cells",
                    given.size(),
                    each);
        }
    }

    /// Refuses given codes that are drawn behind others.
    private static void checkFirst(CodeManner manner, List<Integer> given) {
        boolean begun = false;
        for (int step = 0; !given.isEmpty() && step < manner.steps(); step++) {
            for (int place : manner.drawn(step)) {
                Check.argument(
                        !isGiven(given, place) || !begun,
                        "code %d is given and drawn in step %d behind others that are not; give codes"
                                + " to a manner that draws them first",
                        place,
                        step);
            }
            begun |= manner.drawn(step).stream().anyMatch(place -> !isGiven(given, place));
        }
    }

    /// With nothing given.
    public Draw(
            CodeManner manner,
            int classes,
            OptionalInt label,
            Guidance guidance,
            Sampling sampling,
            Chance chance) {
        this(manner, classes, label, guidance, sampling, chance, List.of());
    }

    /// Is told what is known behind each step.
    @FunctionalInterface
    public interface Onlooker {
        /// Nobody looks.
        Onlooker NONE = (_, _) -> true;

        /// A step was drawn.
        ///
        /// @param step from 0
        /// @param codes `[length]`, a copy, [PictureCode#UNKNOWN] where not known yet
        /// @return whether to go on
        boolean drawn(int step, int... codes);
    }

    /// What was drawn.
    ///
    /// @param codes `[length]`; [PictureCode#UNKNOWN] where it was ended before
    /// @param logProbability of all codes under the model's laws by which each was drawn, in nats;
    ///   of masks that is no law of the picture, since those that stay were chosen
    /// @param whole whether it was not ended before
    /// @param ledger what it cost
    @SuppressWarnings("ArrayRecordComponent") // handed over
    public record Drawn(int[] codes, double logProbability, boolean whole, Ledger.Entry ledger) {}

    /// What a model must offer.
    public Set<Capability> needs() {
        return switch (manner) {
            case Cells cells ->
                    cells.code().perCell() == 1
                            ? EnumSet.of(Capability.FULL_VISIBILITY)
                            : EnumSet.of(Capability.FULL_VISIBILITY, Capability.VECTORS);
            case CodeMasks masks ->
                    masks.width() == 0
                            ? EnumSet.of(Capability.FULL_VISIBILITY, Capability.ROLLBACK)
                            : EnumSet.of(
                                    Capability.FULL_VISIBILITY,
                                    Capability.ROLLBACK,
                                    Capability.VECTORS);
            case Line _ -> EnumSet.noneOf(Capability.class);
            case Scales _ ->
                    EnumSet.of(Capability.VECTORS, Capability.ANY_VISIBILITY, Capability.ROLLBACK);
        };
    }

    /// Draws.
    ///
    /// @param context empty; what is fed stays there
    /// @param onlooker is told of each step
    /// @throws org.cumae.model.CapabilityException if the model cannot be asked so
    /// @throws IllegalArgumentException if the model has other codes
    public Drawn draw(Context context, Onlooker onlooker) {
        context.card().require("drawing", needs());
        int ids = manner.firstCondition() + classes + 1;
        Check.argument(
                context.card().vocabulary() == ids
                        && context.card().maxLength() >= manner.mostRows(),
                "model %s has %d ids and %d rows; pictures of %d codes and %d classes need %d and %d",
                context.card().name(),
                context.card().vocabulary(),
                context.card().maxLength(),
                manner.code().vocabulary(),
                classes,
                ids,
                manner.mostRows());
        long begin = System.nanoTime();
        int[] codes = begun();
        double logProbability = 0;
        boolean whole = true;
        int written = 0;
        try (Context without = context.fork()) {
            if (manner.opening(condition()).isPresent()) {
                ask(context, without, (which, _) -> manner.opening(which).orElseThrow());
            }
            for (int step = 0; step < manner.steps() && whole; step++) {
                List<Integer> places = manner.drawn(step, codes);
                if (places.isEmpty()) {
                    break; // fewer masks than steps
                }
                if (manner.catchesUp() && places.stream().allMatch(this::isGiven)) {
                    places.forEach(place -> codes[place] = given.get(place));
                    whole = onlooker.drawn(step, codes.clone()) || step + 1 == manner.steps();
                    continue;
                }
                int now = step;
                List<Answer> answers =
                        ask(
                                context,
                                without,
                                (which, cached) -> manner.query(now, which, codes, cached));
                context.truncate(manner.kept(context.length()));
                without.truncate(Math.min(without.length(), manner.kept(without.length())));
                List<Guess> staying = staying(step, guesses(step, places, answers));
                for (Guess guess : staying) {
                    codes[guess.place()] = guess.code();
                    logProbability += guess.raw();
                }
                written += staying.size();
                whole = onlooker.drawn(step, codes.clone()) || isKnown(codes);
            }
        } catch (CancellationException _) {
            whole = false;
        }
        return new Drawn(
                codes,
                logProbability,
                whole,
                context.ledger().entry(written, System.nanoTime() - begin));
    }

    private static boolean isKnown(int... codes) {
        return Arrays.stream(codes).noneMatch(code -> code == PictureCode.UNKNOWN);
    }

    private int condition() {
        return manner.firstCondition() + label.orElse(classes);
    }

    /// The id of no class in particular.
    private int none() {
        return manner.firstCondition() + classes;
    }

    /// What is known at the begin: given codes are never masked, and else stand where they would be
    /// drawn.
    private int[] begun() {
        int[] codes = new int[manner.code().length()];
        Arrays.fill(codes, PictureCode.UNKNOWN);
        if (manner instanceof CodeMasks) {
            IntStream.range(0, given.size()).forEach(place -> codes[place] = given.get(place));
        }
        return codes;
    }

    /// What a context is asked.
    private interface Asked {
        Query of(int condition, int cached);
    }

    /// Asks with the class, and where it is guided without it too, in the same pass.
    private List<Answer> ask(Context context, Context without, Asked asked) {
        Query with = asked.of(condition(), context.length());
        return guidance instanceof Guidance.None
                ? List.of(context.ask(with))
                : context.askAll(
                        List.of(
                                new Question(context, with),
                                new Question(without, asked.of(none(), without.length()))));
    }

    private List<Guess> guesses(int step, List<Integer> places, List<Answer> answers) {
        double weight = guidance.weight(manner.progress(step), 0);
        Chance drawing = chance(step);
        List<Guess> guesses = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            Categorical raw = answers.getFirst().categorical(i);
            Categorical law = answers.size() == 1 ? raw : guided(answers, i, weight);
            int place = places.get(i);
            int code =
                    isGiven(place)
                            ? given.get(place)
                            : drawing.draw(sampling.law(law, new History()), place);
            guesses.add(new Guess(place, code, raw.logProbability(code), law.logProbability(code)));
        }
        return guesses;
    }

    /// What a step decides with: where a place is guessed again, it is with other noise.
    private Chance chance(int step) {
        return switch (manner) {
            case CodeMasks _ -> chance.lane(step);
            case Cells _, Scales _, Line _ -> chance;
        };
    }

    private List<Guess> staying(int step, List<Guess> guesses) {
        return switch (manner) {
            case CodeMasks masks -> {
                int begun = (masks.code().length() - givenCodes()) / masks.code().perCell();
                yield masks.staying(step, begun, guesses, chance(step));
            }
            case Cells _, Scales _, Line _ -> guesses;
        };
    }

    private static Categorical guided(List<Answer> answers, int want, double weight) {
        return new Pooling.Logits(List.of(weight, 1 - weight))
                .pool(answers.stream().map(answer -> answer.categorical(want)).toList());
    }
}
