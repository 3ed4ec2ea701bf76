package org.cumae.data;

import org.cumae.Check;
import org.cumae.naming.Known;

import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;

/// The data sets that Cumae knows.
///
/// @param all in the order of `data-sets.yaml`
public record DataSets(List<DataSet> all) {
    private static final String FILE = "data-sets.yaml";

    /// Copies the list.
    public DataSets {
        all = List.copyOf(all);
    }

    /// Those that come with Cumae.
    public static DataSets known() {
        try (InputStream in =
                Objects.requireNonNull(DataSets.class.getResourceAsStream(FILE), FILE)) {
            return read(new YAMLMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }

    /// The data set of that name.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is none, with the known names
    public DataSet find(String name) {
        Known.of("data set", all.stream().map(DataSet::name).toList()).require(name);
        return all.stream().filter(set -> set.name().equals(name)).findFirst().orElseThrow();
    }

    private static DataSets read(JsonNode root) {
        return new DataSets(root.valueStream().map(DataSets::set).toList());
    }

    private static DataSet set(JsonNode node) {
        return new DataSet(
                text(node, "name"),
                text(node, "about"),
                text(node, "licence"),
                URI.create(text(node, "source")),
                node.path("files").valueStream().map(DataSets::file).toList());
    }

    private static DataFile file(JsonNode node) {
        return new DataFile(
                text(node, "path"),
                node.has("archive")
                        ? new DataFile.Origin.Archive(
                                URI.create(text(node, "archive")),
                                node.path("entries").valueStream().map(JsonNode::asString).toList())
                        : new DataFile.Origin.Plain(URI.create(text(node, "url"))),
                node.path("bytes").asLong(),
                text(node, "sha256"));
    }

    private static String text(JsonNode node, String field) {
        Check.argument(node.path(field).isString(), "%s: '%s' is missing in %s", FILE, field, node);
        return node.path(field).asString();
    }
}
