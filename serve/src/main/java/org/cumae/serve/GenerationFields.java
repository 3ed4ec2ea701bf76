package org.cumae.serve;

import org.cumae.engine.Terms;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// The request fields that completions, chat and the native route share, with their bounds.
final class GenerationFields {
    private static final int MAX_STOPS = 16;
    private static final int MAX_STOP_BYTES = 256;
    private static final int MAX_TOP_K = 1_000_000;
    private static final double MIN_TEMPERATURE = 1e-5; // below, a law is its arg-max

    private static final List<String> IGNORED =
            List.of(
                    "user",
                    "metadata",
                    "store",
                    "service_tier",
                    "model",
                    "request_id",
                    "safety_identifier",
                    "prompt_cache_key");

    private static final int MAX_SALT = 256;

    private final Fields fields;
    private final Served model;
    private final Terms terms;

    /// @param terms what the server and the request's head say of its place among others
    GenerationFields(Fields fields, Served model, Terms terms) {
        this.fields = fields;
        this.model = model;
        this.terms = terms;
        fields.accept(IGNORED);
        refuse();
    }

    /// What a request may not bring, and what this server does not have.
    private void refuse() {
        for (String name :
                List.of(
                        "chat_template",
                        "logits_processors",
                        "prompt_embeds",
                        "chat_template_kwargs")) {
            if (fields.get(name).isPresent()) {
                throw ApiError.unsupported(
                        name, "%s is not taken from a request; leave it out", name);
            }
        }
        for (String name : List.of("guided_grammar", "grammar", "lora", "draft", "order")) {
            if (fields.get(name).isPresent()) {
                throw ApiError.unsupported(
                        name, "%s is not supported by this server; leave it out", name);
            }
        }
    }

    /// One answer's ask, still without its prompt.
    ///
    /// @param alternatives how many of the likeliest tokens each step shall tell of
    Ask ask(int alternatives) {
        return new Ask(
                List.of(), "", 0, drawing(), stopping(), seed(), decoder(), alternatives, terms());
    }

    private Terms terms() {
        String salt = fields.text("cache_salt").orElse("");
        if (salt.length() > MAX_SALT) {
            throw ApiError.badField(
                    "cache_salt",
                    "cache_salt has %d characters; at most %d are taken",
                    salt.length(),
                    MAX_SALT);
        }
        return terms.withSalt(salt)
                .withPriority(fields.whole("priority", -1_000_000, 1_000_000).orElse(0))
                .withReuse(fields.flag("cache_prompt").orElse(true));
    }

    private Ask.Drawing drawing() {
        double temperature = number("temperature", 0, 2, 1);
        Set<Integer> allowed = new HashSet<>(fields.ids("allowed_token_ids", model.vocabulary()));
        Map<Integer, Double> bias = logitBias();
        if (bias.size() == model.vocabulary() && bias.values().stream().allMatch(b -> b <= -100)) {
            throw ApiError.badField(
                    "logit_bias", "logit_bias bans all %d tokens; no token left", bias.size());
        }
        return new Ask.Drawing(
                temperature < MIN_TEMPERATURE ? 0 : temperature,
                topK(),
                positive("top_p"),
                number("min_p", 0, 1, 0),
                positive("typical_p"),
                penalty(),
                number("presence_penalty", -2, 2, 0),
                number("frequency_penalty", -2, 2, 0),
                bias,
                allowed,
                AnswerForm.of(fields));
    }

    /// A number of the request, or the model's own default, or what leaves the law as it is.
    private double number(String name, double least, double most, double neutral) {
        return fields.number(name, least, most)
                .orElseGet(() -> model.defaults().getOrDefault(name, neutral));
    }

    private int topK() {
        int k =
                fields.whole("top_k", -1, MAX_TOP_K)
                        .orElseGet(() -> model.defaults().getOrDefault("top_k", 0.0).intValue());
        return Math.max(k, 0); // -1 and 0 both mean off in the known servers
    }

    private double positive(String name) {
        double p = number(name, 0, 1, 1);
        if (p == 0) {
            throw ApiError.badField(
                    name, "%s is 0; it must lie in (0, 1], and 1 keeps every token", name);
        }
        return p;
    }

    private double penalty() {
        double penalty = number("repetition_penalty", 0, 10, 1);
        if (penalty == 0) {
            throw ApiError.badField(
                    "repetition_penalty", "repetition_penalty is 0; it must lie in (0, 10]");
        }
        return penalty;
    }

    private Map<Integer, Double> logitBias() {
        Optional<JsonNode> value = fields.get("logit_bias");
        if (value.isEmpty()) {
            return Map.of();
        }
        if (!(value.get() instanceof ObjectNode object)) {
            throw Fields.wrongType("logit_bias", value.get(), "an object of token ids and numbers");
        }
        Map<Integer, Double> bias = new HashMap<>();
        for (var entry : object.properties()) {
            String path = "logit_bias." + ApiError.shortened(entry.getKey());
            bias.put(
                    tokenId(path, entry.getKey()),
                    Fields.number(path, entry.getValue(), -100, 100));
        }
        return bias;
    }

    private int tokenId(String path, String name) {
        try {
            int id = Integer.parseInt(name);
            if (id >= 0 && id < model.vocabulary()) {
                return id;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw ApiError.badField(
                path,
                "'%s' is no token id of model %s; ids are 0 to %d",
                ApiError.shortened(name),
                model.id(),
                model.vocabulary() - 1);
    }

    private Ask.Stopping stopping() {
        List<String> strings = fields.texts("stop");
        if (strings.size() > MAX_STOPS) {
            throw ApiError.badField(
                    "stop", "stop has %d strings; at most %d are taken", strings.size(), MAX_STOPS);
        }
        for (String stop : strings) {
            int bytes = stop.getBytes(StandardCharsets.UTF_8).length;
            if (bytes == 0 || bytes > MAX_STOP_BYTES) {
                throw ApiError.badField(
                        "stop",
                        "a stop string has %d bytes; it must have 1 to %d",
                        bytes,
                        MAX_STOP_BYTES);
            }
        }
        if (!fields.texts("bad_words").isEmpty()) {
            throw ApiError.unsupported(
                    "bad_words", "bad_words is not supported; use logit_bias with -100");
        }
        fields.flag("skip_special_tokens");
        return new Ask.Stopping(
                strings,
                new HashSet<>(fields.ids("stop_token_ids", model.vocabulary())),
                fields.whole("min_tokens", 0, Integer.MAX_VALUE).orElse(0),
                fields.flag("ignore_eos").orElse(false),
                fields.flag("include_stop_str_in_output").orElse(false));
    }

    private long seed() {
        return fields.wholeLong("seed")
                .orElseGet(() -> ThreadLocalRandom.current().nextInt(1 << 30));
    }

    private Ask.Choice decoder() {
        Optional<JsonNode> value = fields.get("decoder");
        if (value.isEmpty()) {
            return new Ask.Choice(model.decoders().getFirst().name(), Map.of());
        }
        if (value.get().isString()) {
            return new Ask.Choice(card("decoder", value.get().stringValue()).name(), Map.of());
        }
        Fields object = fields.object("decoder").orElseThrow();
        String field = object.get("type").isPresent() ? "type" : "name"; // both mean the same
        String name =
                object.text(field)
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                "decoder.name",
                                                "decoder has no name; known: %s",
                                                names()));
        DecoderCard card = card("decoder." + field, name);
        Map<String, Object> settings = new LinkedHashMap<>();
        for (DecoderCard.Parameter parameter : card.parameters()) {
            setting(object, parameter).ifPresent(v -> settings.put(parameter.name(), v));
        }
        for (String surplus : object.surplus()) {
            throw ApiError.badField(
                    "decoder." + ApiError.shortened(surplus),
                    "decoder %s has no setting '%s'; it has: %s",
                    name,
                    ApiError.shortened(surplus),
                    card.parameters().stream().map(DecoderCard.Parameter::name).toList());
        }
        return new Ask.Choice(name, settings);
    }

    private DecoderCard card(String path, String name) {
        return model.decoders().stream()
                .filter(card -> card.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                ApiError.badField(
                                        path,
                                        "decoder '%s' is unknown to model %s; known: %s",
                                        ApiError.shortened(name),
                                        model.id(),
                                        names()));
    }

    private String names() {
        return String.join(", ", model.decoders().stream().map(DecoderCard::name).toList());
    }

    private static Optional<Object> setting(Fields object, DecoderCard.Parameter parameter) {
        double least = parameter.minimum() == null ? -1e308 : parameter.minimum();
        double most = parameter.maximum() == null ? 1e308 : parameter.maximum();
        String name = parameter.name();
        return switch (parameter.type()) {
            case "integer" -> {
                var whole =
                        object.whole(
                                name,
                                (int) Math.max(least, Integer.MIN_VALUE),
                                (int) Math.min(most, Integer.MAX_VALUE));
                yield whole.isPresent() ? Optional.of(whole.getAsInt()) : Optional.empty();
            }
            case "number" -> {
                var number = object.number(name, least, most);
                yield number.isPresent() ? Optional.of(number.getAsDouble()) : Optional.empty();
            }
            case "boolean" -> object.flag(name).map(flag -> (Object) flag);
            default -> {
                Optional<String> text =
                        object.get(name)
                                .filter(JsonNode::isIntegralNumber) // a word or a number: 8, auto
                                .map(JsonNode::asString)
                                .or(() -> object.text(name));
                if (text.isPresent()
                        && !parameter.choices().isEmpty()
                        && !parameter.choices().contains(text.get())) {
                    throw ApiError.badField(
                            object.path(name),
                            "%s is '%s'; it must be one of %s",
                            name,
                            ApiError.shortened(text.get()),
                            parameter.choices());
                }
                yield text.map(t -> (Object) t);
            }
        };
    }
}
