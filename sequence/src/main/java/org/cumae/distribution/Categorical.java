package org.cumae.distribution;

import org.cumae.Check;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// A law over ids: the softmax of a row of logits. Immutable, and complete: it sums to 1.
///
/// Entries are addressed by index in `[0, size)`; [#id] tells which id stands there. A dense law
/// holds the ids `[from, from + size)`; a filtered one lists its survivors, in ascending order of
/// id. An id that is not listed has probability 0. Logits may be negative infinity, which is
/// probability 0 as well. Sums run in double precision.
///
/// A temperature is kept beside the logits and not multiplied into them, and the sum over the ids
/// waits until somebody asks for a probability: an arg-max or a race over 32,000 ids pays for
/// neither.
public final class Categorical implements Distribution {
    private final int from;
    private final int @Nullable [] ids; // [size] ascending, or null when dense
    private final float[] logits; // [size], to be multiplied by scale
    private final double scale; // 1 / temperature
    private final float max; // of logits
    private volatile double logMass = Double.NaN; // log sum exp((logit - max) scale), when known

    private Categorical(int from, int @Nullable [] ids, float[] logits, double scale) {
        Check.argument(logits.length > 0, "a law needs at least one id; it was given none");
        this.from = from;
        this.ids = ids;
        this.logits = logits;
        this.scale = scale;
        this.max = checkedMax();
    }

    /// The law over ids `[0, logits.length)`. Takes the array over; nobody may write to it again.
    ///
    /// @param logits `[vocab]`, unnormalised log-probabilities
    /// @throws IllegalArgumentException if one is NaN or positive infinity, or none is finite
    public static Categorical of(float... logits) {
        return new Categorical(0, null, logits, 1);
    }

    /// The law over the ids `[from, from + logits.length)` of a larger vocabulary.
    ///
    /// @param from the first id
    /// @param logits unnormalised log-probabilities of the range
    /// @throws IllegalArgumentException as [#of(float...)]
    public static Categorical range(int from, float... logits) {
        return new Categorical(from, null, logits, 1);
    }

    /// The law over listed ids. Takes both arrays over.
    ///
    /// @param ids ascending, without repetition
    /// @param logits `[ids.length]`
    /// @throws IllegalArgumentException if the lengths differ, the ids do not ascend, or as
    ///   [#of(float...)]
    public static Categorical listed(int[] ids, float[] logits) {
        Check.argument(
                ids.length == logits.length,
                "%d ids and %d logits; each id needs one",
                ids.length,
                logits.length);
        for (int i = 1; i < ids.length; i++) {
            Check.argument(
                    ids[i - 1] < ids[i],
                    "ids must ascend, but id %d follows %d",
                    ids[i],
                    ids[i - 1]);
        }
        return new Categorical(0, ids, logits, 1);
    }

    /// The law of the ids of an excerpt, given that one of them is it.
    ///
    /// @throws IllegalArgumentException if the excerpt is empty or names an id twice
    public static Categorical among(Excerpt excerpt) {
        List<Excerpt.Entry> entries =
                excerpt.entries().stream()
                        .sorted(Comparator.comparingInt(Excerpt.Entry::id))
                        .toList();
        int[] ids = new int[entries.size()];
        float[] logits = new float[ids.length];
        double best = entries.stream().mapToDouble(Excerpt.Entry::logProbability).max().orElse(0);
        for (int i = 0; i < ids.length; i++) {
            ids[i] = entries.get(i).id();
            // relative to the best, so that rounding to float makes no tie with it
            logits[i] = (float) (entries.get(i).logProbability() - best);
        }
        return listed(ids, logits);
    }

    /// The law that always gives one id.
    public static Categorical certain(int id) {
        return new Categorical(id, null, new float[1], 1);
    }

    /// The law with these probabilities, which need not sum to 1.
    ///
    /// @param weights `[vocab]`, zero or more, not all zero
    /// @throws IllegalArgumentException if a weight is negative or NaN, or all are zero
    public static Categorical ofWeights(double... weights) {
        float[] logits = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            Check.argument(weights[i] >= 0, "weight %d is %s; it must be 0 or more", i, weights[i]);
            logits[i] = (float) Math.log(weights[i]);
        }
        return of(logits);
    }

    /// How many ids are listed.
    public int size() {
        return logits.length;
    }

    /// The id at an index.
    public int id(int index) {
        return ids == null ? from + index : ids[index];
    }

    /// The logit at an index: a log-probability up to a constant.
    public double logitOf(int index) {
        return logits[index] * scale;
    }

    /// The probability at an index.
    public double probabilityOf(int index) {
        return Math.exp(logProbabilityOf(index));
    }

    /// All probabilities, `[size]`, in the order of the entries.
    public double[] probabilities() {
        return Exponential.shares(logits, max, scale, Math.exp(logMass()));
    }

    /// The log-probability at an index, in nats; negative infinity for probability 0.
    public double logProbabilityOf(int index) {
        return logWeightOf(index) - logMass();
    }

    /// Where an id stands.
    ///
    /// @return its index, or a negative number if it is not listed, as [Arrays]' `binarySearch`
    ///   does
    public int indexOf(int id) {
        if (ids != null) {
            return Arrays.binarySearch(ids, id);
        }
        return id >= from && id < from + logits.length ? id - from : -1;
    }

    /// The probability of an id; 0 if it is not listed.
    public double probability(int id) {
        int index = indexOf(id);
        return index < 0 ? 0 : probabilityOf(index);
    }

    /// The log-probability of an id, in nats; negative infinity if it is not listed.
    public double logProbability(int id) {
        int index = indexOf(id);
        return index < 0 ? Double.NEGATIVE_INFINITY : logProbabilityOf(index);
    }

    /// The id with the largest logit; the smallest such id when several tie.
    public int argMax() {
        int best = 0;
        while (logits[best] != max) {
            best++;
        }
        return id(best);
    }

    /// The best few ids, best first; ties go to the smaller id.
    ///
    /// @param count how many at most
    public Excerpt top(int count) {
        return new Excerpt(
                Arrays.stream(best(count))
                        .mapToObj(i -> new Excerpt.Entry(id(i), logProbabilityOf(i)))
                        .toList());
    }

    /// The same law with all log-probabilities divided by a temperature, up to a constant.
    ///
    /// @param temperature above 1 flattens the law, below 1 sharpens it
    /// @throws IllegalArgumentException if it is not positive and finite, or so small that its
    ///   inverse is not finite
    public Categorical tempered(double temperature) {
        Check.argument(
                temperature > 0
                        && temperature < Double.POSITIVE_INFINITY
                        && scale / temperature < Double.POSITIVE_INFINITY,
                "temperature is %s; it must be positive, finite, and not beyond inverting",
                temperature);
        return temperature == 1 ? this : new Categorical(from, ids, logits, scale / temperature);
    }

    /// The law given that the value lies in a part of the vocabulary.
    ///
    /// @param from the first id
    /// @param to one past the last id
    /// @throws IllegalArgumentException if no id of the part has positive probability
    public Categorical within(int from, int to) {
        int first = firstAt(from);
        int end = firstAt(to);
        Check.argument(first < end, "the law lists no id of [%d, %d)", from, to);
        float[] part = Arrays.copyOfRange(logits, first, end);
        return ids == null
                ? new Categorical(id(first), null, part, scale)
                : new Categorical(0, Arrays.copyOfRange(ids, first, end), part, scale);
    }

    /// The index of the first listed id that is not below the given one.
    private int firstAt(int id) {
        if (ids == null) {
            return Math.clamp((long) id - from, 0, logits.length);
        }
        int index = Arrays.binarySearch(ids, id);
        return index < 0 ? -index - 1 : index;
    }

    /// The law given that the value is at one of the given indices.
    ///
    /// @param indices in any order, without repetition, at least one with positive probability
    /// @throws IllegalArgumentException if none has positive probability
    Categorical keeping(int... indices) {
        int[] sorted = indices.clone();
        Arrays.sort(sorted);
        int[] kept = new int[sorted.length];
        float[] keptLogits = new float[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            kept[i] = id(sorted[i]);
            keptLogits[i] = logits[sorted[i]];
        }
        return new Categorical(0, kept, keptLogits, scale);
    }

    /// The same ids under other logits, which are taken over as those of temperature 1.
    Categorical withLogits(float[] others) {
        return new Categorical(from, ids, others, 1);
    }

    /// The entropy in nats.
    public double entropy() {
        double mass = logMass();
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double logP = logWeightOf(i) - mass;
            double p = Math.exp(logP);
            sum -= p > 0 ? p * logP : 0;
        }
        return sum;
    }

    /// The divergence of another law from this one, `KL(this || other)` in nats; infinite where the
    /// other excludes what this allows.
    public double divergence(Categorical other) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            double p = probabilityOf(i);
            sum += p > 0 ? p * (logProbabilityOf(i) - other.logProbability(id(i))) : 0;
        }
        return Math.max(sum, 0); // rounding may end just below
    }

    /// The total variation between two laws, in [0, 1]: half the sum of the differences of their
    /// probabilities, and the chance that a best coupling of the two disagrees.
    public double distance(Categorical other) {
        double excess = 0;
        for (int i = 0; i < logits.length; i++) {
            excess += Math.max(probabilityOf(i) - other.probability(id(i)), 0);
        }
        return Math.min(excess, 1);
    }

    /// A copy of the logits, `[size]`, in the order of the entries.
    public float[] logits() {
        float[] copy = logits.clone();
        for (int i = 0; scale != 1 && i < copy.length; i++) {
            copy[i] = (float) (copy[i] * scale);
        }
        return copy;
    }

    @Override
    public String toString() {
        return "Categorical over %d ids, best %s".formatted(size(), top(3).entries());
    }

    /// The indices of the best few, best first, ties to the smaller id.
    int[] best(int count) {
        return Selection.best(logits, max, count);
    }

    /// The log of the probability at an index relative to the best one's: 0 or less.
    double logWeightOf(int index) {
        return ((double) logits[index] - max) * scale;
    }

    private double logMass() {
        double known = logMass;
        if (Double.isNaN(known)) {
            known = Math.log(Exponential.sum(logits, max, scale));
            logMass = known;
        }
        return known;
    }

    /// One pass without a branch for the usual case; the culprit is looked for when there is one.
    private float checkedMax() {
        float best = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            best = Math.max(best, logit); // NaN stays
        }
        if (Float.isFinite(best)) {
            return best;
        }
        for (int i = 0; i < logits.length; i++) {
            Check.argument(
                    logits[i] < Float.POSITIVE_INFINITY,
                    "the logit of id %d is %s; logits must be finite or negative infinity",
                    id(i),
                    logits[i]);
        }
        throw new IllegalArgumentException(
                "no id of the law has a positive probability (all %d logits are negative infinity)"
                        .formatted(logits.length));
    }
}
