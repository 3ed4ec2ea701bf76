package org.cumae.serve;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/models`, `GET /v1/models/{id}`, `GET /cumae/v1/decoders`.
final class ModelRoutes {
    private final ServedModels models;

    ModelRoutes(ServedModels models) {
        this.models = models;
    }

    void list(Exchange exchange) {
        ObjectNode list = list();
        ArrayNode data = (ArrayNode) list.get("data");
        models.all().forEach(model -> data.add(row(model)));
        exchange.json(200, list);
    }

    void one(Exchange exchange) {
        String id = exchange.request().path().pathParameters().first("id").orElse("");
        exchange.json(200, row(models.named(id)));
    }

    /// Every decoder that some model can be asked with.
    void decoders(Exchange exchange) {
        ObjectNode list = list();
        ArrayNode data = (ArrayNode) list.get("data");
        models.all().stream()
                .flatMap(model -> model.decoders().stream())
                .distinct()
                .forEach(card -> data.add(decoder(card)));
        exchange.json(200, list);
    }

    private static ObjectNode list() {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("object", "list");
        list.putArray("data");
        return list;
    }

    private static ObjectNode row(Served model) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", model.id());
        row.put("object", "model");
        row.put("created", model.created());
        row.put("owned_by", "cumae");
        row.put("root", model.id());
        row.putNull("parent");
        row.put("max_model_len", model.maxLength());
        ObjectNode cumae = row.putObject("cumae");
        cumae.put("description", model.description());
        cumae.put("vocabulary", model.vocabulary());
        cumae.put("chat", model.chats());
        cumae.put("tools", model.tools().isPresent());
        ArrayNode starters = cumae.putArray("starters");
        model.starters().forEach(starters::add);
        ArrayNode decoders = cumae.putArray("decoders");
        model.decoders().forEach(card -> decoders.add(card.name()));
        return row;
    }

    private static ObjectNode decoder(DecoderCard card) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", card.name());
        node.put("title", card.title());
        node.put("summary", card.summary());
        ArrayNode parameters = node.putArray("parameters");
        for (DecoderCard.Parameter parameter : card.parameters()) {
            ObjectNode one = parameters.addObject();
            one.put("name", parameter.name());
            one.put("type", parameter.type());
            one.set("default", Json.node(parameter.standard()));
            if (parameter.minimum() != null) {
                one.put("minimum", parameter.minimum());
            }
            if (parameter.maximum() != null) {
                one.put("maximum", parameter.maximum());
            }
            if (!parameter.choices().isEmpty()) {
                ArrayNode choices = one.putArray("choices");
                parameter.choices().forEach(choices::add);
            }
            one.put("description", parameter.description());
        }
        return node;
    }
}
