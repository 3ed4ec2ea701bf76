package org.cumae.serve;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.OptionalInt;

/// `POST /v1/chat/completions`.
final class ChatRoute implements Route {
    private final ServedModels models;
    private final ServeMetrics metrics;

    ChatRoute(ServedModels models, ServeMetrics metrics) {
        this.models = models;
        this.metrics = metrics;
    }

    @Override
    public void handle(Exchange exchange) {
        Fields fields = exchange.fields();
        Served model = models.of(fields);
        ChatRequest request =
                ChatRequest.parse(fields, model, exchange.terms(), exchange.isStrict());
        Wire wire = Wire.watch();
        int promptTokens = request.prompt().size();
        boolean stream = request.reply().stream();
        Answer answer =
                new Answer(
                        "chatcmpl",
                        stream ? "chat.completion.chunk" : "chat.completion",
                        model,
                        request.asks(),
                        promptTokens);
        try (Writing writing = new Writing(model, request.asks(), metrics)) {
            if (stream) {
                Streaming.run(
                        exchange,
                        answer,
                        request.reply(),
                        writing,
                        wire,
                        new ChatChunks(request, answer));
            } else {
                writing.read(wire, () -> {}, answer::take);
                exchange.json(200, body(request, answer));
            }
        } finally {
            exchange.count(promptTokens, answer.completionTokens());
        }
    }

    private static ObjectNode body(ChatRequest request, Answer answer) {
        ObjectNode body = answer.head();
        for (int index = 0; index < answer.parts().size(); index++) {
            Answer.Part part = answer.part(index);
            ObjectNode choice = Answer.choices(body).addObject();
            choice.put("index", index);
            ObjectNode message = choice.putObject("message");
            message.put("role", "assistant");
            message.put("content", part.whole().text());
            message.putNull("refusal");
            logprobs(choice, request.logprobs(), part.steps);
            choice.put("finish_reason", part.whole().finishReason());
            if (request.reply().tokenIds()) {
                Answer.putIds(choice, "token_ids", part.whole().ids());
            }
        }
        if (request.reply().tokenIds()) {
            Answer.putIds(body, "prompt_token_ids", request.prompt());
        }
        body.set("usage", answer.usage());
        body.set("cumae", answer.cumae(request.reply().ledger()));
        return body;
    }

    private static void logprobs(ObjectNode choice, OptionalInt wanted, List<Served.Step> steps) {
        if (wanted.isPresent()) {
            choice.set("logprobs", LogProbs.chat(steps, wanted.getAsInt()));
        } else {
            choice.putNull("logprobs");
        }
    }

    /// The chunks of a streamed conversation: the role first, then the text, then the reason.
    private record ChatChunks(ChatRequest request, Answer answer) implements Streaming.Chunks {
        @Override
        public void begin(EventStream out, int index) {
            ObjectNode chunk = chunk(index, List.of());
            delta(chunk).put("role", "assistant").put("content", "");
            if (request.reply().usage()) {
                chunk.putNull("usage");
            }
            out.data(chunk);
        }

        @Override
        public ObjectNode step(int index, Served.Step step) {
            ObjectNode chunk = chunk(index, committed(step));
            delta(chunk).put("content", step.settled());
            return chunk;
        }

        @Override
        public boolean tells(Served.Step step) {
            return !step.settled().isEmpty()
                    || (step.isCommitted() && request.logprobs().isPresent())
                    || (step.isCommitted() && request.reply().tokenIds());
        }

        @Override
        public ObjectNode end(int index, String rest, String finish) {
            ObjectNode chunk = chunk(index, List.of());
            if (!rest.isEmpty()) {
                delta(chunk).put("content", rest);
            }
            ((ObjectNode) Answer.choices(chunk).get(0)).put("finish_reason", finish);
            return chunk;
        }

        private static List<Served.Step> committed(Served.Step step) {
            return step.isCommitted() ? List.of(step) : List.of();
        }

        private ObjectNode chunk(int index, List<Served.Step> steps) {
            ObjectNode chunk = answer.head();
            ObjectNode choice = Answer.choices(chunk).addObject();
            choice.put("index", index);
            choice.putObject("delta");
            logprobs(choice, steps.isEmpty() ? OptionalInt.empty() : request.logprobs(), steps);
            choice.putNull("finish_reason");
            if (request.reply().tokenIds()) {
                Answer.putIds(choice, "token_ids", steps.stream().map(Served.Step::id).toList());
            }
            return chunk;
        }

        private static ObjectNode delta(ObjectNode chunk) {
            return (ObjectNode) Answer.choices(chunk).get(0).get("delta");
        }
    }
}
