package org.cumae.reproduce.speculative;

import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;
import org.cumae.reproduce.Figure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The texts that one decoder wrote behind some prompts, one after another.
///
/// @param name of the decoder in tables
/// @param texts in the order of the prompts
/// @param passes for each text and each of its tokens, how many passes there had been with it
record Bout(String name, List<Generation> texts, List<List<Long>> passes) {
    Bout {
        texts = List.copyOf(texts);
        passes = passes.stream().map(List::copyOf).toList();
    }

    /// Writes them.
    ///
    /// @param tokens how long each is
    static Bout of(
            String name,
            Engine engine,
            Decoder decoder,
            List<Tokens> prompts,
            Sampling sampling,
            int tokens) {
        List<Generation> texts = new ArrayList<>();
        List<List<Long>> passes = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            Request request =
                    Request.of(prompts.get(i))
                            .withSampling(sampling)
                            .withSeed(i)
                            .withMaxNewTokens(tokens);
            List<Long> after = new ArrayList<>();
            texts.add(
                    engine.call(
                            context ->
                                    decoder.decode(
                                            context,
                                            request,
                                            _ -> after.add(context.ledger().forwards()))));
            passes.add(after);
        }
        return new Bout(name, texts, passes);
    }

    /// Tokens a pass of the target.
    Mean tokensPerPass() {
        return Mean.of(texts.stream().map(text -> text.ledger().emittedPerForward()).toList());
    }

    /// Tokens a pass in a stretch of the texts.
    ///
    /// @param from share of a text at which the stretch begins
    /// @param to share at which it ends
    double tokensPerPass(double from, double to) {
        long passes = 0;
        long tokens = 0;
        for (int i = 0; i < texts.size(); i++) {
            List<Long> after = this.passes.get(i);
            int begin = (int) (from * after.size());
            int end = (int) (to * after.size());
            passes += after.get(end - 1) - (begin == 0 ? 0 : after.get(begin - 1));
            tokens += end - begin;
        }
        return (double) tokens / passes;
    }

    /// Whether another decoder wrote the very same.
    boolean sameTexts(Bout other) {
        return tokens().equals(other.tokens());
    }

    private List<Tokens> tokens() {
        return texts.stream().map(Generation::tokens).toList();
    }

    /// How surprising the texts are under the target, in nats a token.
    Mean surprise() {
        return Mean.of(
                texts.stream().map(text -> -text.logProbability() / text.tokens().size()).toList());
    }

    /// In how many of the rounds the first place of a draft was accepted.
    double firstAccepted() {
        long rounds = 0;
        long accepted = 0;
        for (Generation text : texts) {
            List<Integer> lengths = text.ledger().acceptedLengths();
            rounds += lengths.size();
            accepted += lengths.stream().filter(length -> length > 0).count();
        }
        return rounds == 0 ? 0 : (double) accepted / rounds;
    }

    /// Tokens a second.
    double rate() {
        double seconds = sum(Ledger.Entry::seconds);
        return seconds == 0 ? 0 : sum(Ledger.Entry::emitted) / seconds;
    }

    /// Milliseconds of drafting for each pass of the target.
    double draftMillis() {
        double passes = sum(Ledger.Entry::forwards);
        return passes == 0 ? 0 : 1e3 * sum(Ledger.Entry::draftSeconds) / passes;
    }

    private double sum(ToDoubleFunction<Ledger.Entry> of) {
        return texts.stream().map(Generation::ledger).mapToDouble(of).sum();
    }

    /// What a table shows of it.
    List<Figure> figures(double plainRate) {
        return List.of(
                new Figure(name, tokensPerPass().value(), "tokens/pass"),
                new Figure(name + ": first draft token accepted", firstAccepted(), "of rounds"),
                new Figure(name + ": surprise", surprise().value(), "nats/token"),
                new Figure(name + ": drafting", draftMillis(), "ms/pass"),
                new Figure(name + ": speed over plain decoding", rate() / plainRate, "ratio"));
    }
}
