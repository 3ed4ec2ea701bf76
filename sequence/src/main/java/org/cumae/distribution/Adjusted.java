package org.cumae.distribution;

import org.cumae.Check;

import java.util.BitSet;

/// What bans, bias and penalties make of a law.
///
/// Only the logits of ids that are named or occurred are touched, so the work beside one copy of
/// the row does not grow with the vocabulary.
final class Adjusted {
    private Adjusted() {}

    static Categorical law(Categorical raw, Sampling sampling, History history) {
        float[] logits = raw.logits(); // [size]
        if (sampling.constraint().isPresent()) {
            constrain(raw, history.place().next(), logits);
        }
        if (!sampling.allowed().isEmpty()) {
            allow(raw, sampling, logits);
        }
        for (var line : sampling.banned()) {
            int[] ids = line.stream().mapToInt(Integer::intValue).toArray();
            if (history.endsWith(ids, ids.length - 1)) {
                add(raw, logits, ids[ids.length - 1], Double.NEGATIVE_INFINITY);
            }
        }
        sampling.logitBias().forEach((id, bias) -> add(raw, logits, id, bias));
        checkLeft(logits);
        if (sampling.repetitionPenalty() != 1
                || sampling.presencePenalty() != 0
                || sampling.frequencyPenalty() != 0) {
            history.forEach((id, count) -> penalise(raw, sampling, logits, id, count));
        }
        return raw.withLogits(logits);
    }

    private static void constrain(Categorical raw, BitSet next, float[] logits) {
        if (!next
                .isEmpty()) { // else an id before was not allowed, and this law is never drawn from
            for (int i = 0; i < logits.length; i++) {
                if (!next.get(raw.id(i))) {
                    logits[i] = Float.NEGATIVE_INFINITY;
                }
            }
        }
    }

    private static void allow(Categorical raw, Sampling sampling, float[] logits) {
        for (int i = 0; i < logits.length; i++) {
            if (!sampling.allowed().contains(raw.id(i))) {
                logits[i] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private static void add(Categorical raw, float[] logits, int id, double bias) {
        int index = raw.indexOf(id);
        if (index >= 0) {
            logits[index] = bounded(logits[index] + bias);
        }
    }

    private static void penalise(
            Categorical raw, Sampling sampling, float[] logits, int id, History.Count count) {
        int index = raw.indexOf(id);
        if (index < 0 || count.prompt + count.written == 0) {
            return;
        }
        double logit = logits[index];
        logit *= logit > 0 ? 1 / sampling.repetitionPenalty() : sampling.repetitionPenalty();
        logit -= sampling.frequencyPenalty() * count.written;
        logit -= count.written > 0 ? sampling.presencePenalty() : 0;
        logits[index] = bounded(logit);
    }

    /// A finite logit never becomes infinite by arithmetic: a huge bias orders ids, it bans none.
    private static float bounded(double logit) {
        return logit == Double.NEGATIVE_INFINITY
                ? Float.NEGATIVE_INFINITY
                : (float) Math.clamp(logit, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    private static void checkLeft(float[] logits) {
        boolean left = false;
        for (float logit : logits) {
            left |= logit > Float.NEGATIVE_INFINITY;
        }
        Check.argument(
                left,
                "the constraint, the logit bias, the allowed and the banned tokens leave none of %d"
                        + " tokens to draw; allow at least one",
                logits.length);
    }
}
