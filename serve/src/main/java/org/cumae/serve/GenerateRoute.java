package org.cumae.serve;

import org.cumae.engine.Terms;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;

/// `POST /cumae/v1/generate`: the native stream, where every step is told with its probability, its
/// alternatives, and whether it may still change.
///
/// Events: `start` with the seed and the prompt's ids, `step` for each token, `end` with the whole
/// text, the counts and the ledger, or `error`. The first step of a pass that looked at a draft has
/// the draft's tree.
final class GenerateRoute implements Route {
    private static final int STANDARD_TOKENS = 256;
    private static final int MOST_ALTERNATIVES = 20;

    private final ServedModels models;
    private final ServeMetrics metrics;

    GenerateRoute(ServedModels models, ServeMetrics metrics) {
        this.models = models;
        this.metrics = metrics;
    }

    @Override
    public void handle(Exchange exchange) {
        Fields fields = exchange.fields();
        Served model = models.of(fields);
        Ask ask = ask(fields, model, exchange.terms(), exchange.isStrict());
        Wire wire = Wire.watch();
        Answer answer = new Answer("gen", "cumae.run", model, List.of(ask), ask.prompt().size());
        try (Writing writing = new Writing(model, List.of(ask), metrics)) {
            writing.awaitBegin();
            try (EventStream out = new EventStream(exchange.response())) {
                out.event("start", start(model, ask));
                stream(exchange, wire, answer, writing, out);
            }
        } finally {
            exchange.count(ask.prompt().size(), answer.completionTokens());
        }
    }

    private static void stream(
            Exchange exchange, Wire wire, Answer answer, Writing writing, EventStream out) {
        try {
            writing.read(wire, out::ping, event -> tell(out, answer, event));
        } catch (ClientGone e) {
            throw e;
        } catch (RuntimeException e) {
            out.event("error", Faults.error(exchange, e).body());
        }
    }

    private static Ask ask(Fields fields, Served model, Terms terms, boolean strict) {
        int alternatives = fields.whole("alternatives", 0, MOST_ALTERNATIVES).orElse(5);
        Ask ask = new GenerationFields(fields, model, terms).ask(alternatives);
        OptionalInt maxTokens = fields.whole("max_tokens", 0, Integer.MAX_VALUE);
        boolean chat = fields.get("messages").isPresent();
        if (chat && fields.get("prompt").isPresent()) {
            throw ApiError.badField("prompt", "prompt and messages are both given; send one");
        }
        Prompts reader = new Prompts(model);
        List<List<Integer>> prompts =
                chat ? List.of(ChatRequest.prompt(fields, model)) : reader.read(fields);
        if (prompts.size() != 1) {
            throw ApiError.badField(
                    "prompt", "%d prompts are given; this route takes one", prompts.size());
        }
        Reply.surplus(fields, strict);
        List<Integer> prompt = prompts.getFirst();
        int room =
                reader.room(
                        chat ? "messages" : "prompt", prompt.size(), maxTokens, STANDARD_TOKENS);
        return ask.withPrompt(prompt, room);
    }

    private static ObjectNode start(Served model, Ask ask) {
        ObjectNode start = JsonNodeFactory.instance.objectNode();
        start.put("id", "gen-" + UUID.randomUUID().toString().replace("-", ""));
        start.put("model", model.id());
        start.put("decoder", ask.decoder().name());
        start.put("seed", ask.seed());
        start.put("max_tokens", ask.maxTokens());
        Answer.putIds(start, "prompt_token_ids", ask.prompt());
        return start;
    }

    private static void tell(EventStream out, Answer answer, Writing.Event event) {
        answer.take(event);
        switch (event) {
            case Writing.Event.Stepped(int _, Served.Step step) -> out.event("step", step(step));
            case Writing.Event.Ended(int _, Served.Written written) ->
                    out.event("end", end(answer, written));
            case Writing.Event.Failed(int _, RuntimeException fault) -> throw fault;
        }
    }

    private static ObjectNode step(Served.Step step) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("step", step.step());
        node.put("position", step.position());
        node.put("token_id", step.id());
        node.put("text", step.text());
        node.put("state", step.state().name().toLowerCase(Locale.ROOT));
        number(node, "p", step.probability());
        number(node, "p_filtered", step.filtered());
        number(node, "entropy", step.entropy());
        ObjectNode ledger = node.putObject("ledger");
        ledger.put("forwards", step.forwards());
        ledger.put("rows", step.rows());
        if (!step.draft().isEmpty()) {
            ArrayNode draft = node.putArray("draft");
            for (Served.Guess guess : step.draft()) {
                ObjectNode one = draft.addObject();
                one.put("parent", guess.parent());
                one.put("id", guess.id());
                one.put("text", guess.text());
                one.put("accepted", guess.accepted());
            }
        }
        ArrayNode alternatives = node.putArray("alternatives");
        for (Served.Alternative other : step.alternatives()) {
            ObjectNode one = alternatives.addObject();
            one.put("id", other.id());
            one.put("text", other.text());
            number(one, "p", other.probability());
            number(one, "p_filtered", other.filtered());
        }
        return node;
    }

    private static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private static ObjectNode end(Answer answer, Served.Written written) {
        ObjectNode end = JsonNodeFactory.instance.objectNode();
        end.put("finish_reason", written.finish());
        end.put("text", written.text());
        Answer.putIds(end, "token_ids", written.ids());
        end.set("usage", answer.usage());
        end.set("ledger", Answer.ledger(List.of(written.ledger())));
        return end;
    }
}
