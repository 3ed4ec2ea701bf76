package org.cumae.serve;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Log-probabilities in OpenAI's two shapes. They are those of the model's own law, before
/// temperature, penalties and filters.
final class LogProbs {
    private static final double LEAST = -9999; // JSON has no infinity

    private LogProbs() {}

    /// The shape of completions.
    ///
    /// @param offset where the text of the first step begins in the choice's text
    static ObjectNode completion(List<Served.Step> steps, int top, int offset) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode tokens = node.putArray("tokens");
        ArrayNode chosen = node.putArray("token_logprobs");
        ArrayNode tops = node.putArray("top_logprobs");
        ArrayNode offsets = node.putArray("text_offset");
        int at = offset;
        for (Served.Step step : steps) {
            tokens.add(step.text());
            chosen.add(log(step.probability()));
            ObjectNode others = tops.addObject();
            step.alternatives().stream()
                    .limit(top)
                    .forEach(other -> others.put(other.text(), log(other.probability())));
            offsets.add(at);
            at += step.text().length();
        }
        return node;
    }

    /// The shape of chat.
    static ObjectNode chat(List<Served.Step> steps, int top) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode content = node.putArray("content");
        for (Served.Step step : steps) {
            ObjectNode token = token(content.addObject(), step.text(), step.probability());
            ArrayNode others = token.putArray("top_logprobs");
            step.alternatives().stream()
                    .limit(top)
                    .forEach(other -> token(others.addObject(), other.text(), other.probability()));
        }
        node.putNull("refusal");
        return node;
    }

    private static ObjectNode token(ObjectNode node, String text, double probability) {
        node.put("token", text);
        node.put("logprob", log(probability));
        ArrayNode bytes = node.putArray("bytes");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xff);
        }
        return node;
    }

    private static double log(double probability) {
        return Math.max(LEAST, Math.log(probability));
    }
}
