package org.cumae.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The special ids around a text: the `post_processor` of a `tokenizer.json`.
record JsonFraming(List<Integer> before, List<Integer> after) {
    static JsonFraming read(Optional<JsonPart> part, int size) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        part.ifPresent(it -> collect(it, size, before, after));
        return new JsonFraming(List.copyOf(before), List.copyOf(after));
    }

    /// Of several processors each works around what the ones before it made.
    private static void collect(
            JsonPart part, int size, List<Integer> before, List<Integer> after) {
        switch (part.text("type")) {
            case "Sequence" ->
                    part.items("processors").forEach(it -> collect(it, size, before, after));
            case "ByteLevel" -> {} // about offsets only
            case "BertProcessing", "RobertaProcessing" -> {
                before.addFirst(checked(part.require("cls").items().get(1), size));
                after.add(checked(part.require("sep").items().get(1), size));
            }
            case "TemplateProcessing" -> template(part, size, before, after);
            case String other ->
                    throw part.wrong(
                            "the post-processor %s is not known here", Visible.text(other));
        }
    }

    private static void template(
            JsonPart part, int size, List<Integer> before, List<Integer> after) {
        List<Integer> head = new ArrayList<>();
        boolean text = false;
        for (JsonPart piece : part.items("single")) {
            if (piece.child("Sequence").isPresent()) {
                if (text) {
                    throw piece.wrong("the text comes twice in the template");
                }
                text = true;
                continue;
            }
            String name = piece.require("SpecialToken").text("id");
            for (JsonPart id : part.require("special_tokens").require(name).items("ids")) {
                (text ? after : head).add(checked(id, size));
            }
        }
        if (!text) {
            throw part.wrong("the template \"single\" has no place for the text");
        }
        before.addAll(0, head);
    }

    private static int checked(JsonPart part, int size) {
        int id = part.number();
        if (id < 0 || id >= size) {
            throw part.wrong("id is %d; the vocabulary has ids from 0 to %d", id, size - 1);
        }
        return id;
    }
}
