package org.cumae.serve;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// Turns what a client calls a prompt into token ids that fit the model.
final class Prompts {
    private final Served model;

    Prompts(Served model) {
        this.model = model;
    }

    /// A prompt as the `prompt` field gives it: text, ids, or a list of either.
    List<List<Integer>> read(Fields fields) {
        JsonNode value =
                fields.get("prompt")
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                "prompt",
                                                "prompt is missing; send text, token ids, or a list"
                                                        + " of either"));
        if (value.isString()) {
            return List.of(text("prompt", value));
        }
        if (!value.isArray()) {
            throw Fields.wrongType("prompt", value, "text, token ids, or a list of either");
        }
        if (value.isEmpty()) {
            throw ApiError.badField("prompt", "prompt is an empty list; send at least one prompt");
        }
        if (value.get(0).isNumber()) {
            return List.of(ids("prompt", value));
        }
        List<List<Integer>> prompts = new ArrayList<>();
        for (JsonNode one : value) {
            String path = "prompt[%d]".formatted(prompts.size());
            prompts.add(one.isString() ? text(path, one) : ids(path, one));
        }
        return prompts;
    }

    private List<Integer> text(String path, JsonNode value) {
        String text = Fields.text(path, value);
        // A token covers at most a few dozen characters: text beyond this cannot fit.
        long most = 64L * model.maxLength();
        if (text.length() > most) {
            throw ApiError.tooLong(
                    path,
                    "%s has %d characters, and model %s holds %d tokens; shorten it",
                    path,
                    text.length(),
                    model.id(),
                    model.maxLength());
        }
        List<Integer> ids = Arrays.stream(model.encode(text, true)).boxed().toList();
        return ids.isEmpty() ? begin(path) : ids;
    }

    private List<Integer> ids(String path, JsonNode value) {
        List<Integer> ids = Fields.ids(path, value, model.vocabulary());
        return ids.isEmpty() ? begin(path) : ids;
    }

    private List<Integer> begin(String path) {
        OptionalInt bos = model.bos();
        if (bos.isEmpty()) {
            throw ApiError.badField(
                    path,
                    "%s is empty, and model %s has no token to begin a text with; send a prompt",
                    path,
                    model.id());
        }
        return List.of(bos.getAsInt());
    }

    /// How many tokens may be written after a prompt.
    ///
    /// @param asked the limit the client set, if any
    /// @param standard the limit when none was set
    int room(String path, int promptTokens, OptionalInt asked, int standard) {
        int left = model.maxLength() - promptTokens;
        if (left < 0 || (left == 0 && asked.orElse(1) != 0)) {
            throw ApiError.tooLong(
                    path,
                    "the prompt has %d tokens and model %s holds %d; shorten the prompt",
                    promptTokens,
                    model.id(),
                    model.maxLength());
        }
        if (asked.orElse(0) > left) {
            throw ApiError.tooLong(
                    path,
                    "the prompt has %d tokens and max_tokens is %d, together %d; model %s holds %d;"
                            + " ask for at most %d",
                    promptTokens,
                    asked.getAsInt(),
                    (long) promptTokens + asked.getAsInt(),
                    model.id(),
                    model.maxLength(),
                    left);
        }
        return asked.orElse(Math.min(standard, left));
    }
}
