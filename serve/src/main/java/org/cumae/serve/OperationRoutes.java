package org.cumae.serve;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Health, metrics, and the defaults in force.
final class OperationRoutes {
    private static final Duration STUCK = Duration.ofMinutes(5);

    private final ServedModels models;
    private final ServeMetrics metrics;
    private final BooleanSupplier draining;

    OperationRoutes(ServedModels models, ServeMetrics metrics, BooleanSupplier draining) {
        this.models = models;
        this.metrics = metrics;
        this.draining = draining;
    }

    /// The process answers, and no model has been inside one pass for so long that it must be
    /// stuck.
    void live(Exchange exchange) {
        Optional<Served> stuck =
                models.all().stream()
                        .filter(model -> model.inPass().compareTo(STUCK) > 0)
                        .findFirst();
        if (stuck.isPresent()) {
            exchange.refuse(
                    ApiError.notNow(
                            "model %s has been in one pass for %d seconds; start the server again"
                                    .formatted(
                                            stuck.get().id(), stuck.get().inPass().toSeconds())));
        } else {
            exchange.json(200, status("ok"));
        }
    }

    /// The server takes work.
    void ready(Exchange exchange) {
        if (draining.getAsBoolean()) {
            exchange.refuse(ApiError.notNow("the server is stopping"));
        } else if (models.all().isEmpty()) {
            exchange.refuse(ApiError.notNow("no model is loaded yet"));
        } else {
            exchange.json(200, status("ok"));
        }
    }

    void metrics(Exchange exchange) {
        exchange.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
    }

    /// The defaults in force, and what is loaded.
    void props(Exchange exchange) {
        ObjectNode props = JsonNodeFactory.instance.objectNode();
        props.put("running", metrics.runningNow());
        ArrayNode loaded = props.putArray("models");
        for (Served model : models.all()) {
            ObjectNode one = loaded.addObject();
            one.put("id", model.id());
            one.put("n_ctx", model.maxLength());
            one.put("n_vocab", model.vocabulary());
            one.put("chat_template", model.chats());
            ObjectNode defaults = one.putObject("default_generation_settings");
            model.defaults().forEach(defaults::put);
        }
        exchange.json(200, props);
    }

    private static ObjectNode status(String word) {
        return JsonNodeFactory.instance.objectNode().put("status", word);
    }
}
