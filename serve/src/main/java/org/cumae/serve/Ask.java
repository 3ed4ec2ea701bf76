package org.cumae.serve;

import org.cumae.engine.Terms;
import org.cumae.grammar.Grammar;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One answer that is asked for, checked against its model.
///
/// @param prompt the ids it goes on from
/// @param suffix the text it ends before, where it is to be written between; empty elsewhere
/// @param maxTokens how many new tokens at most
/// @param drawing how a token is drawn
/// @param stopping what ends the answer before that
/// @param seed addresses the noise
/// @param decoder who writes
/// @param alternatives how many of the likeliest tokens each step tells of
/// @param terms its place among other requests
record Ask(
        List<Integer> prompt,
        String suffix,
        int maxTokens,
        Drawing drawing,
        Stopping stopping,
        long seed,
        Choice decoder,
        int alternatives,
        Terms terms) {
    Ask {
        prompt = List.copyOf(prompt);
    }

    Ask withPrompt(List<Integer> prompt, int maxTokens) {
        return new Ask(
                prompt, suffix, maxTokens, drawing, stopping, seed, decoder, alternatives, terms);
    }

    Ask withSuffix(String suffix) {
        return new Ask(
                prompt, suffix, maxTokens, drawing, stopping, seed, decoder, alternatives, terms);
    }

    Ask withSeed(long seed) {
        return new Ask(
                prompt, suffix, maxTokens, drawing, stopping, seed, decoder, alternatives, terms);
    }

    Ask withGrammar(Grammar grammar) {
        return new Ask(
                prompt,
                suffix,
                maxTokens,
                drawing.withGrammar(grammar),
                stopping,
                seed,
                decoder,
                alternatives,
                terms);
    }

    /// How a token is drawn from its law. Zeros and ones mean off, as users of the known servers
    /// expect.
    ///
    /// @param grammar what the whole answer must look like
    record Drawing(
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
            Optional<Grammar> grammar) {
        Drawing {
            logitBias = Map.copyOf(logitBias);
            allowed = Set.copyOf(allowed);
        }

        Drawing withGrammar(Grammar grammar) {
            return new Drawing(
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
                    Optional.of(grammar));
        }
    }

    /// What ends an answer.
    ///
    /// @param strings text that ends it, and is not part of it unless `include`
    /// @param ids tokens that end it
    /// @param minTokens no end before that many new tokens
    /// @param ignoreEos whether the model's own end is passed over
    record Stopping(
            List<String> strings,
            Set<Integer> ids,
            int minTokens,
            boolean ignoreEos,
            boolean include) {
        Stopping {
            strings = List.copyOf(strings);
            ids = Set.copyOf(ids);
        }
    }

    /// A decoder and its settings.
    record Choice(String name, Map<String, Object> settings) {
        Choice {
            settings = Map.copyOf(settings);
        }
    }
}
