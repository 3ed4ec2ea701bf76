package org.cumae.serve;

import tools.jackson.databind.node.ObjectNode;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// `POST /v1/completions`.
final class CompletionRoute implements Route {
    private final ServedModels models;
    private final ServeMetrics metrics;

    CompletionRoute(ServedModels models, ServeMetrics metrics) {
        this.models = models;
        this.metrics = metrics;
    }

    @Override
    public void handle(Exchange exchange) {
        Fields fields = exchange.fields();
        Served model = models.of(fields);
        CompletionRequest request =
                CompletionRequest.parse(fields, model, exchange.terms(), exchange.isStrict());
        Wire wire = Wire.watch();
        int promptTokens = request.prompts().stream().mapToInt(List::size).sum();
        Answer answer = new Answer("cmpl", "text_completion", model, request.asks(), promptTokens);
        try (Writing writing = new Writing(model, request.asks(), metrics)) {
            if (request.reply().stream()) {
                stream(exchange, request, model, answer, writing, wire);
            } else {
                writing.read(wire, () -> {}, answer::take);
                exchange.json(200, body(request, model, answer));
            }
        } finally {
            exchange.count(promptTokens, answer.completionTokens());
        }
    }

    private static ObjectNode body(CompletionRequest request, Served model, Answer answer) {
        ObjectNode body = answer.head();
        int index = 0;
        for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
            for (int part : best(request, answer, prompt)) {
                choice(Answer.choices(body).addObject(), index++, request, model, answer, part);
            }
        }
        body.set("usage", answer.usage());
        body.set("cumae", answer.cumae(request.reply().ledger()));
        return body;
    }

    /// The parts of a prompt that are told: all, or the likeliest `n` of `best_of`.
    private static List<Integer> best(CompletionRequest request, Answer answer, int prompt) {
        int from = prompt * request.bestOf();
        var parts = IntStream.range(from, from + request.bestOf()).boxed();
        if (request.bestOf() == request.n()) {
            return parts.toList();
        }
        return parts.sorted(
                        Comparator.comparingDouble(
                                (Integer part) -> -answer.part(part).meanLogProbability()))
                .limit(request.n())
                .toList();
    }

    private static void choice(
            ObjectNode choice,
            int index,
            CompletionRequest request,
            Served model,
            Answer answer,
            int number) {
        Answer.Part part = answer.part(number);
        List<Integer> prompt = request.asks().get(number).prompt();
        String echo = request.echo() ? echo(model, prompt) : "";
        choice.put("index", index);
        choice.put("text", echo + part.whole().text());
        logprobs(choice, request.logprobs(), part.steps, 0);
        choice.put("finish_reason", part.whole().finishReason());
        if (request.reply().tokenIds()) {
            Answer.putIds(choice, "prompt_token_ids", prompt);
            Answer.putIds(choice, "token_ids", part.whole().ids());
        }
    }

    private static String echo(Served model, List<Integer> prompt) {
        return model.decode(prompt.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void logprobs(
            ObjectNode choice, OptionalInt wanted, List<Served.Step> steps, int offset) {
        if (wanted.isPresent()) {
            choice.set("logprobs", LogProbs.completion(steps, wanted.getAsInt(), offset));
        } else {
            choice.putNull("logprobs");
        }
    }

    private static void stream(
            Exchange exchange,
            CompletionRequest request,
            Served model,
            Answer answer,
            Writing writing,
            Wire wire) {
        Streaming.run(
                exchange,
                answer,
                request.reply(),
                writing,
                wire,
                new Streaming.Chunks() {
                    @Override
                    public void begin(EventStream out, int choice) {
                        if (request.echo()) {
                            List<Integer> prompt = request.asks().get(choice).prompt();
                            out.data(chunk(choice, echo(model, prompt), List.of(), 0));
                        }
                    }

                    @Override
                    public Optional<ObjectNode> step(int choice, Served.Step step) {
                        if (!tells(step)) {
                            return Optional.empty();
                        }
                        int offset = answer.part(choice).streamed.length();
                        return Optional.of(chunk(choice, step.settled(), committed(step), offset));
                    }

                    @Override
                    public ObjectNode end(int choice, String rest, String finish) {
                        ObjectNode chunk = chunk(choice, rest, List.of(), 0);
                        ((ObjectNode) Answer.choices(chunk).get(0)).put("finish_reason", finish);
                        return chunk;
                    }

                    private boolean tells(Served.Step step) {
                        return !step.settled().isEmpty()
                                || (step.isCommitted() && request.logprobs().isPresent())
                                || (step.isCommitted() && request.reply().tokenIds());
                    }

                    private static List<Served.Step> committed(Served.Step step) {
                        return step.isCommitted() ? List.of(step) : List.of();
                    }

                    private ObjectNode chunk(
                            int index, String text, List<Served.Step> steps, int offset) {
                        ObjectNode chunk = answer.head();
                        ObjectNode choice = Answer.choices(chunk).addObject();
                        choice.put("index", index);
                        choice.put("text", text);
                        OptionalInt wanted =
                                steps.isEmpty() ? OptionalInt.empty() : request.logprobs();
                        logprobs(choice, wanted, steps, offset);
                        choice.putNull("finish_reason");
                        if (request.reply().tokenIds()) {
                            Answer.putIds(
                                    choice,
                                    "token_ids",
                                    steps.stream().map(Served.Step::id).toList());
                        }
                        return chunk;
                    }
                });
    }
}
