package org.cumae.serve;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.List;

/// `POST /tokenize` and `POST /detokenize`, with the fields of vLLM and of llama.cpp.
final class TokenRoutes {
    private final ServedModels models;

    TokenRoutes(ServedModels models) {
        this.models = models;
    }

    void tokenize(Exchange exchange) {
        Fields fields = exchange.fields();
        Served model = models.of(fields);
        List<Integer> ids = ids(fields, model);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        Answer.putIds(body, "tokens", ids);
        body.put("count", ids.size());
        body.put("max_model_len", model.maxLength());
        if (fields.flag("with_pieces").or(() -> fields.flag("return_token_strs")).orElse(false)) {
            ArrayNode pieces = body.putArray("pieces");
            ids.forEach(id -> pieces.add(model.piece(id)));
        }
        exchange.json(200, body);
    }

    private static List<Integer> ids(Fields fields, Served model) {
        if (fields.get("messages").isPresent()) {
            return ChatRequest.prompt(fields, model);
        }
        boolean special =
                fields.flag("add_special_tokens").or(() -> fields.flag("add_special")).orElse(true);
        String text =
                fields.text("prompt")
                        .or(() -> fields.text("content"))
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                "prompt", "prompt is missing; send the text"));
        return Arrays.stream(model.encode(text, special)).boxed().toList();
    }

    void detokenize(Exchange exchange) {
        Fields fields = exchange.fields();
        Served model = models.of(fields);
        List<Integer> ids = fields.ids("tokens", model.vocabulary());
        if (fields.get("tokens").isEmpty()) {
            throw ApiError.badField("tokens", "tokens is missing; send a list of token ids");
        }
        String text = model.decode(ids.stream().mapToInt(Integer::intValue).toArray());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("prompt", text);
        body.put("content", text);
        exchange.json(200, body);
    }
}
