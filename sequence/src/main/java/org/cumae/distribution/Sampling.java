package org.cumae.distribution;

import org.cumae.Check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a value is drawn from a law: what users of vLLM and Hugging Face know as the sampling
/// parameters, with their names, meanings and order.
///
/// [#law] applies, in this order: the constraint, the allowed ids, the banned sequences and the
/// logit bias; then the penalties (repetition, frequency, presence); then the temperature; then
/// top-k, top-p, min-p and typical-p, each over what the one before has left, renormalised.
/// Temperature 0 is the arg-max of what bias and penalties make of the law, and the filters are not
/// looked at.
///
/// Ties go to the smaller id everywhere. So top-k keeps exactly `k` ids, where the two others keep
/// all that tie with the last, and top-k 1 is the arg-max.
///
/// @param temperature 0 (or below 0.00001, as in vLLM) for the arg-max, 1 for the law as it is
/// @param topK how many of the best ids are kept; 0 keeps all
/// @param topP the best ids are kept up to the one whose probability brings the sum to this; in (0,
///   1], 1 keeps all
/// @param minP ids are kept whose probability is at least this share of the best one's; in [0, 1]
/// @param typicalP as topP, but the ids whose surprise is nearest to the entropy come first
///   (Meister et al., arXiv 2202.00666); in (0, 1], 1 keeps all
/// @param repetitionPenalty positive logits of ids that occurred, in the prompt too, are divided by
///   this, negative ones multiplied (Keskar et al., arXiv 1909.05858); positive, 1 is none
/// @param presencePenalty subtracted from the logits of ids that were written, prompt not counted
/// @param frequencyPenalty the same, times how often the id was written
/// @param logitBias added to the logits of ids; negative infinity bans an id
/// @param allowed if not empty, all other ids are banned
/// @param banned sequences that are never completed; one of a single id bans the id
/// @param constraint what may be written at all
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        double typicalP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        Map<Integer, Double> logitBias,
        Set<Integer> allowed,
        List<List<Integer>> banned,
        Optional<Constraint> constraint) {
    /// The law as the model gives it.
    public static final Sampling PLAIN =
            new Sampling(1, 0, 1, 0, 1, 1, 0, 0, Map.of(), Set.of(), List.of(), Optional.empty());

    /// Always the best id.
    public static final Sampling GREEDY = PLAIN.withTemperature(0);

    private static final double LEAST_TEMPERATURE = 1e-5;

    /// Checks the ranges and copies the collections.
    ///
    /// @throws IllegalArgumentException if a value is out of its range
    public Sampling {
        logitBias = Map.copyOf(logitBias);
        allowed = Set.copyOf(allowed);
        banned = banned.stream().map(List::copyOf).toList();
        Check.argument(
                temperature >= 0 && temperature < Double.POSITIVE_INFINITY,
                "temperature is %s; it must be 0 (always the best token) or more, and finite",
                temperature);
        Check.argument(
                topK >= 0, "topK is %d; it must be 1 or more, or 0 to keep every token", topK);
        Check.argument(
                topP > 0 && topP <= 1,
                "topP is %s; it must lie in (0, 1], and 1 keeps every token",
                topP);
        Check.argument(
                minP >= 0 && minP <= 1,
                "minP is %s; it must lie in [0, 1], and 0 keeps every token",
                minP);
        Check.argument(
                typicalP > 0 && typicalP <= 1,
                "typicalP is %s; it must lie in (0, 1], and 1 keeps every token",
                typicalP);
        Check.argument(
                repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY,
                "repetitionPenalty is %s; it must be positive and finite, and 1 is none",
                repetitionPenalty);
        Check.argument(
                Double.isFinite(presencePenalty),
                "presencePenalty is %s; it must be finite, and 0 is none",
                presencePenalty);
        Check.argument(
                Double.isFinite(frequencyPenalty),
                "frequencyPenalty is %s; it must be finite, and 0 is none",
                frequencyPenalty);
        logitBias.forEach(
                (id, bias) ->
                        Check.argument(
                                bias < Double.POSITIVE_INFINITY,
                                "the logit bias of id %d is %s; it must be finite, or negative"
                                        + " infinity to ban the id",
                                id,
                                bias));
        banned.forEach(
                line ->
                        Check.argument(
                                !line.isEmpty(), "a banned sequence is empty; give it an id"));
    }

    /// The same with another temperature.
    public Sampling withTemperature(double temperature) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another top-k.
    public Sampling withTopK(int topK) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another top-p.
    public Sampling withTopP(double topP) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another min-p.
    public Sampling withMinP(double minP) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another typical-p.
    public Sampling withTypicalP(double typicalP) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another repetition penalty.
    public Sampling withRepetitionPenalty(double repetitionPenalty) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another presence penalty.
    public Sampling withPresencePenalty(double presencePenalty) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another frequency penalty.
    public Sampling withFrequencyPenalty(double frequencyPenalty) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another logit bias.
    public Sampling withLogitBias(Map<Integer, Double> logitBias) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with another set of allowed ids.
    public Sampling withAllowed(Set<Integer> allowed) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same with other banned sequences.
    public Sampling withBanned(List<List<Integer>> banned) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                constraint);
    }

    /// The same within what a constraint lets be written.
    public Sampling withConstraint(Constraint constraint) {
        return new Sampling(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                logitBias,
                allowed,
                banned,
                Optional.of(constraint));
    }

    /// The history that [#law] needs, at the begin of writing.
    ///
    /// @param prompt the ids before the first written one
    public History history(int... prompt) {
        return looksBack() ? new History(constraint, prompt) : new History();
    }

    /// The same without top-k, top-p, min-p and typical-p.
    public Sampling withoutFilters() {
        return withTopK(0).withTopP(1).withMinP(0).withTypicalP(1);
    }

    /// Refuses ids that a vocabulary does not have.
    ///
    /// @param vocabulary ids are `[0, vocabulary)`
    /// @throws IllegalArgumentException naming the id and the limit
    public void check(int vocabulary) {
        logitBias.keySet().forEach(id -> checkId("logitBias", id, vocabulary));
        allowed.forEach(id -> checkId("the allowed tokens", id, vocabulary));
        banned.forEach(line -> line.forEach(id -> checkId("the banned tokens", id, vocabulary)));
    }

    private static void checkId(String what, int id, int vocabulary) {
        Check.argument(
                id >= 0 && id < vocabulary,
                "%s names id %d; the vocabulary of the model is [0, %d)",
                what,
                id,
                vocabulary);
    }

    /// Whether the best id is all that counts.
    public boolean isGreedy() {
        return temperature < LEAST_TEMPERATURE;
    }

    /// Whether any logit is changed before the temperature: then the best ids of the raw law need
    /// not be the best ids.
    public boolean changesLogits() {
        return looksBack() || !logitBias.isEmpty() || !allowed.isEmpty();
    }

    /// Whether the law depends on what was written before.
    public boolean looksBack() {
        return repetitionPenalty != 1
                || presencePenalty != 0
                || frequencyPenalty != 0
                || !banned.isEmpty()
                || constraint.isPresent();
    }

    /// How many of the best ids of the raw law are enough to draw from; 0 if all are needed.
    public int enough() {
        if (changesLogits()) {
            return 0;
        }
        return isGreedy() ? 1 : topK;
    }

    /// The law that the value is drawn from.
    ///
    /// @param raw what the model gives, or at least its [#enough] best ids
    /// @param history what was written before
    /// @throws IllegalArgumentException if bias and bans leave no id
    public Categorical law(Categorical raw, History history) {
        Categorical law = changesLogits() ? Adjusted.law(raw, this, history) : raw;
        if (isGreedy()) {
            return Categorical.certain(law.argMax());
        }
        law = law.tempered(temperature);
        law = topK > 0 ? Filters.topK(law, topK) : law;
        law = topP < 1 ? Filters.topP(law, topP) : law;
        law = minP > 0 ? Filters.minP(law, minP) : law;
        return typicalP < 1 ? Filters.typicalP(law, typicalP) : law;
    }
}
