package org.cumae.reproduce.diffusion;

import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.Stops;
import org.cumae.engine.Engine;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;
import org.cumae.net.Transformer;
import org.cumae.reproduce.Figure;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Questions of a task, and what decoders answer greedily.
///
/// @param prompts the end of the line before, and the question
/// @param answers the only right ones
record Exam(Task task, Tokenizer tokenizer, List<Tokens> prompts, List<String> answers) {
    private static final long UNSEEN = 1_000_000; // lines that were not learned from
    private static final int LONGEST = 56;

    /// So many questions.
    static Exam of(Task task, Tokenizer tokenizer, int count) {
        List<Tokens> prompts = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Task.Line asked = task.line(UNSEEN + i);
            String prompt = "\n" + asked.question();
            prompts.add(Tokens.of(tokenizer.encode(prompt, Encoding.PLAIN)));
            answers.add(asked.answer().strip());
        }
        return new Exam(task, tokenizer, prompts, answers);
    }

    /// Opens a model to be examined. The caller closes it.
    static Engine engine(Path model) {
        return new Engine(Transformer.load(model));
    }

    /// What a decoder answers.
    Sitting sit(String name, Engine engine, Decoder decoder) {
        int end = tokenizer.encode("\n", Encoding.PLAIN)[0];
        int right = 0;
        List<Generation> texts = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            Request request =
                    Request.of(prompts.get(i)).withMaxNewTokens(LONGEST).withStops(Stops.at(end));
            Generation text = engine.call(context -> decoder.decode(context, request, Sink.NONE));
            texts.add(text);
            String written = tokenizer.decode(text.tokens().toArray()).strip();
            right += written.equals(answers.get(i)) ? 1 : 0;
        }
        return new Sitting(
                "%s, %s".formatted(task.words(), name),
                (double) right / prompts.size(),
                texts.stream().map(Generation::ledger).toList(),
                prompts.stream().mapToLong(Tokens::size).sum());
    }

    /// What came of it. The end of a line counts as written.
    ///
    /// @param accuracy share of right answers
    /// @param prompted tokens of all prompts
    record Sitting(String name, double accuracy, List<Ledger.Entry> costs, long prompted) {
        private double sum(ToDoubleFunction<Ledger.Entry> of) {
            return costs.stream().mapToDouble(of).sum();
        }

        private double written() {
            return sum(Ledger.Entry::emitted) + costs.size();
        }

        /// Tokens a pass, those that only keep rows counted.
        double tokensPerPass() {
            return written() / sum(Ledger.Entry::forwards);
        }

        double passes() {
            return sum(Ledger.Entry::forwards) / costs.size();
        }

        /// Tokens for each row fed after the prompt.
        double cacheability() {
            return written() / Math.max(rows(), 1);
        }

        /// Rows fed after the prompts.
        double rows() {
            return sum(Ledger.Entry::rows) - prompted;
        }

        double rate() {
            return written() / sum(Ledger.Entry::seconds);
        }

        double seconds() {
            return sum(Ledger.Entry::seconds) / costs.size();
        }

        List<Figure> figures() {
            return List.of(
                    new Figure(name, tokensPerPass(), "tokens/pass"),
                    new Figure(name + ": right", accuracy, "of answers"),
                    new Figure(name + ": tokens a row", cacheability(), "tokens/row"),
                    new Figure(name + ": speed", rate(), "tokens/s"));
        }
    }
}
