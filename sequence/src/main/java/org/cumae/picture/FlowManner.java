package org.cumae.picture;

import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.noise.Noise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// How a model draws pictures of real vectors: in which steps, and what is asked while the values
/// of a step come out of noise together.
///
/// A step opens with a query, which stays in the context, and then asks for as many velocities as
/// its solver takes, whose rows are taken back.
public sealed interface FlowManner extends Manner
        permits FlowScales, FlowCells, FlowMasks, FlowPivots {
    /// What is drawn.
    Latent latent();

    /// How many values a picture is drawn as.
    int length();

    /// The places of the values that a step draws, of all of [#length].
    List<Integer> drawn(int step);

    /// The places whose values come out of noise together in a step: first those that it draws, and
    /// perhaps others, which are dropped again.
    default List<Integer> settled(int step) {
        return drawn(step);
    }

    /// The same in an order of its own for one picture, where the order is left to chance.
    ///
    /// @param noise which order
    default FlowManner ordered(Noise noise) {
        return this;
    }

    /// How many rows of the context a step opens behind, where it does not keep all of them.
    default OptionalInt opensBehind(int step) {
        return OptionalInt.empty();
    }

    /// What a step feeds before its values are drawn, query by query; what is answered to the last
    /// one is what it opens with.
    ///
    /// @param condition the id of the condition, fed in step 0
    /// @param made what the model's blocks made, with the condition, of the rows of all values that
    ///   were drawn before, in the order of drawing; empty where openings do not ask for it
    /// @param values `[length * width]`, those of steps before are known
    List<Query> opening(int step, int condition, List<Vector> made, float... values);

    /// What a step asks of its values on their way.
    ///
    /// @param opened what was answered to the opening
    /// @param values on their way, `[settled][width]`
    Query settling(int step, Answer opened, double time, List<Vector> values);

    /// All values of a picture, in the order of places.
    ///
    /// @param picture `[latent.length * width]`, as the latent reads it
    /// @return `[length * width]`
    float[] values(float... picture);

    /// What is known of a picture.
    ///
    /// @param steps how many are drawn, at least 1
    /// @param values `[length * width]`
    /// @return `[latent.length * width]`, NaN where nothing is known
    float[] known(int steps, float... values);

    /// How a whole picture is fed at once; each value is said by one row.
    Lesson lesson();

    /// How many rows of a lesson are the condition's; the others are vectors.
    int lead();

    /// What the rows of a lesson behind its lead are, before any noise.
    ///
    /// @param values `[length * width]`
    /// @return `[(rows - lead) * width]`
    float[] rows(float... values);

    /// How many rows of a lesson are noised with their values' times, its last ones: all values in
    /// the order of places, or none.
    int noised();

    /// How times are drawn in training.
    Times times();

    @Override
    default Latent unit() {
        return latent();
    }

    @Override
    default int firstCondition() {
        return 0;
    }

    /// Laws of times.
    enum Times {
        /// Each as likely.
        UNIFORM,
        /// The logistic function of a standard normal number: times in the middle are likelier.
        LOGIT_NORMAL
    }

    /// A query of values on their way that are told what the opening's rows made, one by one.
    static Query telling(List<Integer> places, Answer opened, double time, List<Vector> values) {
        List<Vector> told = new ArrayList<>();
        List<Want> wants = new ArrayList<>();
        for (int row = 0; row < places.size(); row++) {
            told.add(opened.vector(row));
            wants.add(new Want.Velocity(row));
        }
        return new Query(
                new Input.Noised(values, Collections.nCopies(places.size(), time), told),
                Optional.of(positions(places)),
                Visibility.FULL,
                wants);
    }

    /// Where rows of values stand.
    static Tokens positions(List<Integer> places) {
        return Tokens.of(places.stream().mapToInt(Integer::intValue).toArray());
    }

    /// Some of many values as vectors.
    ///
    /// @param values `[n * width]`
    /// @param places which
    static List<Vector> vectors(float[] values, int width, List<Integer> places) {
        List<Vector> vectors = new ArrayList<>();
        for (int place : places) {
            vectors.add(new Vector(Arrays.copyOfRange(values, place * width, (place + 1) * width)));
        }
        return vectors;
    }
}
