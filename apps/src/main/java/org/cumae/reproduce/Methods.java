package org.cumae.reproduce;

import org.cumae.Check;

import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The 48 methods, in order.
///
/// @param all the method of number `n` at index `n - 1`
public record Methods(List<Method> all) {
    private static final String FILE = "methods.yaml";

    /// Refuses a list with a gap.
    public Methods {
        all = List.copyOf(all);
        for (int i = 0; i < all.size(); i++) {
            Check.argument(
                    all.get(i).number() == i + 1,
                    "%s: method %d stands at place %d",
                    FILE,
                    all.get(i).number(),
                    i + 1);
        }
    }

    /// All of them.
    public static Methods all48() {
        try (InputStream in = Objects.requireNonNull(Methods.class.getResourceAsStream(FILE))) {
            JsonNode root = new YAMLMapper().readTree(in);
            return new Methods(root.valueStream().map(Methods::method).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }

    /// The method of a number.
    ///
    /// @throws IllegalArgumentException if there is none
    public Method find(int number) {
        Check.argument(
                number >= 1 && number <= all.size(),
                "there is no method %d; they are numbered 1 to %d (./cumae methods)",
                number,
                all.size());
        return all.get(number - 1);
    }

    private static Method method(JsonNode node) {
        return new Method(
                node.required("number").asInt(),
                node.required("name").asString(),
                node.required("arxiv").asString(),
                Method.State.parse(node.required("state").asString()),
                node.path("classes").valueStream().map(JsonNode::asString).toList(),
                Optional.ofNullable(node.get("recipe")).map(JsonNode::asString));
    }
}
