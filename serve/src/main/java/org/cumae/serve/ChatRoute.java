package org.cumae.serve;

import org.cumae.text.ToolReader;
import org.cumae.text.ToolUse;

import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                        new ChatChunks(request, model, answer));
            } else {
                writing.read(wire, () -> {}, answer::take);
                exchange.json(200, body(request, model, answer));
            }
        } finally {
            exchange.count(promptTokens, answer.completionTokens());
        }
    }

    private static ObjectNode body(ChatRequest request, Served model, Answer answer) {
        ObjectNode body = answer.head();
        for (int index = 0; index < answer.parts().size(); index++) {
            Answer.Part part = answer.part(index);
            ObjectNode choice = Answer.choices(body).addObject();
            choice.put("index", index);
            ObjectNode message = choice.putObject("message");
            message.put("role", "assistant");
            message.putNull("content");
            message.putNull("refusal");
            Talk talk = new Talk(model, request.tools());
            Talk.write(message, whole(talk, part), false);
            if (message.get("content").isNull() && !message.has("tool_calls")) {
                message.put("content", "");
            }
            logprobs(choice, request.logprobs(), part.steps);
            choice.put("finish_reason", talk.finish(part.whole().finishReason()));
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

    private static List<ToolReader.Heard> whole(Talk talk, Answer.Part part) {
        List<ToolReader.Heard> heard = new ArrayList<>();
        String text = part.whole().text();
        int settled = 0;
        for (Served.Step step : part.steps) {
            heard.addAll(talk.hear(step));
            settled += step.settled().length();
        }
        heard.addAll(talk.end(text.substring(Math.min(settled, text.length()))));
        return heard;
    }

    private static void logprobs(ObjectNode choice, OptionalInt wanted, List<Served.Step> steps) {
        if (wanted.isPresent()) {
            choice.set("logprobs", LogProbs.chat(steps, wanted.getAsInt()));
        } else {
            choice.putNull("logprobs");
        }
    }

    /// The chunks of a streamed conversation: the role first, then words and calls, then the
    /// reason.
    private static final class ChatChunks implements Streaming.Chunks {
        private final ChatRequest request;
        private final Answer answer;
        private final List<Talk> talks;

        ChatChunks(ChatRequest request, Served model, Answer answer) {
            this.request = request;
            this.answer = answer;
            this.talks =
                    request.asks().stream().map(_ -> new Talk(model, request.tools())).toList();
        }

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
        public Optional<ObjectNode> step(int index, Served.Step step) {
            List<ToolReader.Heard> heard = talks.get(index).hear(step);
            if (heard.isEmpty() && !(step.isCommitted() && tellsTokens())) {
                return Optional.empty();
            }
            ObjectNode chunk = chunk(index, committed(step));
            if (heard.isEmpty() && request.tools().filter(ToolUse::forced).isEmpty()) {
                delta(chunk).put("content", "");
            }
            Talk.write(delta(chunk), heard, true);
            return Optional.of(chunk);
        }

        private boolean tellsTokens() {
            return request.logprobs().isPresent() || request.reply().tokenIds();
        }

        @Override
        public ObjectNode end(int index, String rest, String finish) {
            ObjectNode chunk = chunk(index, List.of());
            Talk.write(delta(chunk), talks.get(index).end(rest), true);
            ((ObjectNode) Answer.choices(chunk).get(0))
                    .put("finish_reason", talks.get(index).finish(finish));
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
