package org.cumae.exact;

import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.distribution.Chance;
import org.cumae.engine.Engine;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.Tokens;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The law of the outcome of something that takes random decisions, by running it once for each way
/// in which they can fall.
///
/// No sampling noise: a decoder is exact if its law equals another to the last few digits. The
/// number of runs is the number of outcomes times the ways to reach them, so vocabularies of 3 to 5
/// and a handful of tokens are what it is for.
///
/// @param probabilities of each outcome that can happen
/// @param runs how many ways there were
public record ExactLaw<T>(Map<T, Double> probabilities, long runs) {
    /// Copies the map.
    public ExactLaw {
        probabilities = Map.copyOf(probabilities);
    }

    /// The law of any procedure's outcome.
    ///
    /// @param procedure what takes decisions with the given chance, and with nothing else that
    ///   varies between runs
    /// @throws IllegalStateException if the procedure decides something else after the same
    ///   decisions, or draws one position twice from different laws
    public static <T> ExactLaw<T> of(Function<? super Chance, ? extends T> procedure) {
        Map<T, Double> law = new LinkedHashMap<>();
        Branches branches = new Branches();
        long runs = 0;
        do {
            T outcome = procedure.apply(branches.begin());
            law.merge(outcome, branches.weight(), Double::sum);
            runs++;
        } while (branches.advance());
        return new ExactLaw<>(law, runs);
    }

    /// The law of the tokens that a decoder writes, each run in a context of its own on the calling
    /// thread.
    ///
    /// @param decoder the decoder
    /// @param model what it asks
    /// @param request what to write; its chance is replaced
    public static ExactLaw<Tokens> of(Decoder decoder, Model model, Request request) {
        return of(
                chance -> {
                    try (Context context = DirectContext.open(model)) {
                        return written(decoder, context, request.withChance(chance)).tokens();
                    }
                });
    }

    /// The same through an engine, with its passes, its chunks and its threads.
    ///
    /// @param decoder the decoder
    /// @param engine what it asks
    /// @param request what to write; its chance is replaced
    public static ExactLaw<Tokens> of(Decoder decoder, Engine engine, Request request) {
        return of(
                chance ->
                        engine.call(
                                context ->
                                        written(decoder, context, request.withChance(chance))
                                                .tokens()));
    }

    private static Generation written(Decoder decoder, Context context, Request request) {
        return decoder.decode(context, request, Sink.NONE);
    }

    /// The probability of an outcome; 0 if it cannot happen.
    public double probability(T outcome) {
        return probabilities.getOrDefault(outcome, 0.0);
    }

    /// The sum of all probabilities: 1, but for rounding.
    public double total() {
        return probabilities.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// The largest difference between the probabilities of one outcome under two laws.
    public double error(ExactLaw<T> other) {
        Set<T> outcomes = new HashSet<>(probabilities.keySet());
        outcomes.addAll(other.probabilities.keySet());
        return outcomes.stream()
                .mapToDouble(outcome -> Math.abs(probability(outcome) - other.probability(outcome)))
                .max()
                .orElse(0);
    }

    /// The law of something that is read off the outcome.
    public <R> ExactLaw<R> map(Function<? super T, ? extends R> reading) {
        Map<R, Double> law = new LinkedHashMap<>();
        probabilities.forEach((outcome, p) -> law.merge(reading.apply(outcome), p, Double::sum));
        return new ExactLaw<>(law, runs);
    }
}
