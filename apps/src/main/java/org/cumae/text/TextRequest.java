package org.cumae.text;

import org.cumae.Check;
import org.cumae.decode.Decoder;
import org.cumae.decode.Sequential;
import org.cumae.engine.Terms;
import org.cumae.model.Tokens;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One wish for text. Start from [#of] and say more with the `with` methods.
///
/// ```
/// TextRequest.of("To be").withOptions(GenerationOptions.NONE.withMaxTokens(50)).withSeed(7)
/// ```
///
/// @param prompt what to begin from
/// @param suffix what it ends before, for models that infill: max_tokens are then written between
///   prompt and suffix, no more and no less; empty for a text that is open at its end
/// @param options numbers that shape it; what they leave open the model's own defaults decide
/// @param seed what all its randomness comes from; without it a fresh one, which the result names
/// @param sample which of the seed's samples: the same seed gives another text for each number
/// @param stops texts that end it; they are not part of the result
/// @param stopTokens ids that end it, beside the model's own end tokens
/// @param ignoreEnd whether the model's end tokens do not end it
/// @param rules which tokens are favoured, allowed, and banned
/// @param time how long it may take
/// @param decoder how it is written; [TextModel#decoder] knows them by name
/// @param alternatives for each token, how many of the most probable ones to tell
/// @param terms its place among other requests
public record TextRequest(
        Prompt prompt,
        String suffix,
        GenerationOptions options,
        OptionalLong seed,
        int sample,
        List<String> stops,
        Tokens stopTokens,
        boolean ignoreEnd,
        TokenRules rules,
        Optional<Duration> time,
        Decoder decoder,
        int alternatives,
        Terms terms) {
    /// The most alternatives that can be told.
    public static final int MOST_ALTERNATIVES = 20;

    /// Copies and checks.
    public TextRequest {
        stops = List.copyOf(stops);
        Check.argument(sample >= 0, "sample is %d; it must be 0 or more", sample);
        Check.argument(
                alternatives >= 0 && alternatives <= MOST_ALTERNATIVES,
                "alternatives is %d; it must lie in [0, %d]",
                alternatives,
                MOST_ALTERNATIVES);
        Check.argument(
                stops.stream().noneMatch(String::isEmpty),
                "a stop text is empty; leave it out, or give at least one character");
    }

    /// A wish that leaves all but the prompt to the model's defaults.
    public static TextRequest of(Prompt prompt) {
        return new TextRequest(
                prompt,
                "",
                GenerationOptions.NONE,
                OptionalLong.empty(),
                0,
                List.of(),
                Tokens.NONE,
                false,
                TokenRules.NONE,
                Optional.empty(),
                new Sequential(),
                0,
                Terms.ORDINARY);
    }

    /// A text to continue.
    public static TextRequest of(String text) {
        return of(Prompt.text(text));
    }

    /// The same with other numbers.
    public TextRequest withOptions(GenerationOptions options) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same before another end.
    public TextRequest withSuffix(String suffix) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same from another seed.
    public TextRequest withSeed(long seed) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                OptionalLong.of(seed),
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same as another of the seed's samples.
    public TextRequest withSample(int sample) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same, ended by these texts.
    public TextRequest withStops(List<String> stops) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same, ended by these ids too.
    public TextRequest withStopTokens(Tokens stopTokens) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same, running on over the model's end tokens or not.
    public TextRequest withIgnoreEnd(boolean ignoreEnd) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same with functions in it: the model is told of them, and held to a call where there
    /// must be one.
    TextRequest using(ToolUse tools) {
        Check.argument(
                prompt instanceof Prompt.Chat,
                "functions take part in conversations; give messages instead of a text");
        Prompt.Chat chat = (Prompt.Chat) prompt;
        Check.argument(
                !tools.forced() || rules.grammar().isEmpty(),
                "the answer must be a call and cannot have another form; keep one of them");
        return new TextRequest(
                new Prompt.Chat(chat.messages(), tools.tools(), tools.opening()),
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                tools.grammar().map(rules::withGrammar).orElse(rules),
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same under other rules.
    public TextRequest withRules(TokenRules rules) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same within a time.
    public TextRequest within(Duration limit) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                Optional.of(limit),
                decoder,
                alternatives,
                terms);
    }

    /// The same by another decoder.
    public TextRequest withDecoder(Decoder decoder) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same, telling so many alternatives for each token.
    public TextRequest withAlternatives(int alternatives) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }

    /// The same on other terms.
    public TextRequest withTerms(Terms terms) {
        return new TextRequest(
                prompt,
                suffix,
                options,
                seed,
                sample,
                stops,
                stopTokens,
                ignoreEnd,
                rules,
                time,
                decoder,
                alternatives,
                terms);
    }
}
