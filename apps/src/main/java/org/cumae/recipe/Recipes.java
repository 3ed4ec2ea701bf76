package org.cumae.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.cumae.naming.Known;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Recipes as YAML files.
public final class Recipes {
    private static final YAMLMapper MAPPER =
            YAMLMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                    .disable(YAMLWriteFeature.USE_NATIVE_TYPE_ID) // kind: text, as people write it
                    .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                    .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                    .changeDefaultPropertyInclusion(
                            all -> all.withValueInclusion(JsonInclude.Include.NON_ABSENT))
                    .build();

    private static final String LEFT_OUT = "left out";

    private Recipes() {}

    /// Reads a file.
    ///
    /// @param changes values in place of those of the file, by path: `training.steps` to `100`
    /// @throws RecipeException if it is not there, not YAML, or holds a key or value that is
    ///   unknown
    public static Recipe read(Path file, Map<String, String> changes) {
        try {
            return parse(file.toString(), Files.readString(file), changes);
        } catch (NoSuchFileException e) {
            throw new RecipeException("there is no recipe " + file, e);
        } catch (IOException e) {
            throw new RecipeException("cannot read %s: %s".formatted(file, e), e);
        }
    }

    /// A recipe with other values.
    ///
    /// @param changes as [#read] takes them
    /// @throws RecipeException as [#read]
    public static Recipe with(Recipe recipe, Map<String, String> changes) {
        return parse("the changed recipe " + recipe.name(), write(recipe), changes);
    }

    /// @param source what errors call it
    private static Recipe parse(String source, String yaml, Map<String, String> changes) {
        try {
            JsonNode tree = MAPPER.readTree(yaml);
            if (!(tree instanceof ObjectNode root)) {
                throw new RecipeException(source + " holds no keys; see recipes/ for examples");
            }
            changes.forEach((path, value) -> change(root, path, value));
            Recipe recipe = MAPPER.treeToValue(root, Recipe.class);
            recipe.check();
            return recipe;
        } catch (UnrecognizedPropertyException e) {
            Known known =
                    Known.of(
                            "key of a recipe",
                            e.getKnownPropertyIds().stream().map(String::valueOf).toList());
            throw new RecipeException(
                    "%s: %s".formatted(source, known.words(e.getPropertyName())), e);
        } catch (DatabindException e) {
            throw new RecipeException(
                    "%s: at %s: %s".formatted(source, path(e), e.getOriginalMessage()), e);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new RecipeException(
                    "%s is not YAML%s: %s"
                            .formatted(
                                    source,
                                    at == null
                                            ? ""
                                            : " at line %d, column %d"
                                                    .formatted(at.getLineNr(), at.getColumnNr()),
                                    e.getOriginalMessage()),
                    e);
        }
    }

    /// The recipe as YAML, all keys that it has.
    public static String write(Recipe recipe) {
        return MAPPER.writerFor(Recipe.class).writeValueAsString(recipe);
    }

    /// In what a recipe differs from another, one line a key.
    ///
    /// @param before as [#write] gave it
    /// @throws RecipeException if that is not YAML
    public static List<String> differences(String before, Recipe now) {
        Map<String, String> old = new TreeMap<>();
        Map<String, String> fresh = new TreeMap<>();
        try {
            flatten("", MAPPER.readTree(before), old);
        } catch (JacksonException e) {
            throw new RecipeException(
                    "the recipe that the run kept is damaged: " + e.getOriginalMessage(), e);
        }
        flatten("", MAPPER.readTree(write(now)), fresh);
        Set<String> keys = new TreeSet<>(old.keySet());
        keys.addAll(fresh.keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(old.get(key), fresh.get(key)))
                .map(
                        key ->
                                "%s was %s and is now %s"
                                        .formatted(
                                                key,
                                                old.getOrDefault(key, LEFT_OUT),
                                                fresh.getOrDefault(key, LEFT_OUT)))
                .toList();
    }

    private static void flatten(String path, JsonNode node, Map<String, String> into) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(
                            entry ->
                                    flatten(
                                            path.isEmpty()
                                                    ? entry.getKey()
                                                    : path + "." + entry.getKey(),
                                            entry.getValue(),
                                            into));
        } else {
            into.put(path, node.toString());
        }
    }

    private static String path(DatabindException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference part : e.getPath()) {
            path.append(path.isEmpty() ? "" : ".").append(part.getPropertyName());
        }
        return path.isEmpty() ? "the top" : path.toString();
    }

    private static void change(ObjectNode root, String path, String value) {
        String[] keys = path.split("\\.", -1);
        ObjectNode at = root;
        for (int i = 0; i + 1 < keys.length; i++) {
            JsonNode next = at.get(keys[i]);
            if (!(next instanceof ObjectNode object)) {
                throw Known.of("group of keys", at.propertyNames()).refusal(keys[i]);
            }
            at = object;
        }
        at.set(keys[keys.length - 1], MAPPER.readTree(value));
    }
}
