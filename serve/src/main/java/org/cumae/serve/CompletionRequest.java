package org.cumae.serve;

import org.cumae.engine.Terms;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// A checked request of `/v1/completions`.
///
/// @param prompts how many prompts there were; choices are `n` for each, in their order
/// @param asks every choice that is run, `bestOf` for each prompt
/// @param logprobs how many alternatives are told of; absent means no log-probabilities
record CompletionRequest(
        List<List<Integer>> prompts,
        List<Ask> asks,
        int n,
        int bestOf,
        OptionalInt logprobs,
        boolean echo,
        Reply reply) {
    private static final int STANDARD_TOKENS = 16;
    static final int MAX_CHOICES = 128;

    CompletionRequest {
        prompts = List.copyOf(prompts);
        asks = List.copyOf(asks);
    }

    /// Reads and checks the body.
    static CompletionRequest parse(Fields fields, Served model, Terms terms, boolean strict) {
        GenerationFields generation = new GenerationFields(fields, model, terms);
        OptionalInt logprobs = fields.whole("logprobs", 0, 5);
        Ask ask = generation.ask(logprobs.orElse(0)).withSuffix(suffix(fields, model));
        int n = fields.whole("n", 1, MAX_CHOICES).orElse(1);
        int bestOf = fields.whole("best_of", 1, MAX_CHOICES).orElse(n);
        boolean echo = fields.flag("echo").orElse(false);
        OptionalInt maxTokens = fields.whole("max_tokens", 0, Integer.MAX_VALUE);
        Reply reply = Reply.parse(fields);
        refuse(n, bestOf, echo, logprobs, reply);
        Prompts reader = new Prompts(model);
        List<List<Integer>> prompts = reader.read(fields);
        if ((long) prompts.size() * bestOf > MAX_CHOICES) {
            throw ApiError.badField(
                    "n",
                    "%d prompts of %d choices each are %d; at most %d are taken",
                    prompts.size(),
                    bestOf,
                    (long) prompts.size() * bestOf,
                    MAX_CHOICES);
        }
        Reply.surplus(fields, strict);
        List<Ask> asks = new ArrayList<>();
        for (List<Integer> prompt : prompts) {
            int room = reader.room("prompt", prompt.size(), maxTokens, STANDARD_TOKENS);
            for (int choice = 0; choice < bestOf; choice++) {
                asks.add(ask.withPrompt(prompt, room).withSeed(ask.seed() + choice));
            }
        }
        return new CompletionRequest(prompts, asks, n, bestOf, logprobs, echo, reply);
    }

    private static String suffix(Fields fields, Served model) {
        String suffix = fields.text("suffix").orElse("");
        if (!suffix.isEmpty() && !model.infills()) {
            throw ApiError.unsupported(
                    "suffix",
                    "suffix needs a model that infills; %s writes left to right",
                    model.id());
        }
        return suffix;
    }

    private static void refuse(int n, int bestOf, boolean echo, OptionalInt logprobs, Reply reply) {
        if (bestOf < n) {
            throw ApiError.badField(
                    "best_of", "best_of is %d and n is %d; best_of must be at least n", bestOf, n);
        }
        if (bestOf > n && reply.stream()) {
            throw ApiError.badField(
                    "best_of", "best_of cannot be streamed, as the best is known only at the end");
        }
        if (echo && logprobs.isPresent()) {
            throw ApiError.unsupported(
                    "echo", "echo with logprobs is not supported; ask for one of them");
        }
    }
}
