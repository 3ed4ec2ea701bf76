package org.cumae.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.cumae.distribution.Constraint;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.GrammarConstraint;
import org.cumae.grammar.TokenTrie;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Whatever is written to a schema, the schema accepts: judged by a validator that knows nothing of
/// grammars.
class JsonSchemaTest {
    private static final String SHAPES =
            """
            {"type": "object",
             "properties": {
               "name": {"type": "string", "minLength": 1, "maxLength": 9},
               "age": {"type": "integer", "minimum": -17, "maximum": 1203},
               "share": {"type": "number", "minimum": 0, "maximum": 1},
               "kind": {"enum": ["oak", "l\\"ea\\\\f", 3, null, [1, {"a": 2}]]},
               "flags": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3},
               "child": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
               "place": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}]},
               "code": {"type": "string", "pattern": "^[A-Z]{2}-\\\\d{3}(\\"|\\\\\\\\)?$"},
               "day": {"type": "string", "format": "date"},
               "any": {}},
             "required": ["age", "kind", "code"],
             "additionalProperties": false}
            """;

    /// Single bytes, and some tokens of several characters that cross the parts of JSON.
    private static final List<byte[]> TOKENS = tokens();

    private static List<byte[]> tokens() {
        List<byte[]> tokens = new ArrayList<>();
        IntStream.range(0, 256).forEach(octet -> tokens.add(new byte[] {(byte) octet}));
        for (String word :
                List.of(
                        "\": ", "\", \"", "},", "{\"", "\"}", "true", "null", "0.", "é", "[[",
                        "\\u")) {
            tokens.add(word.getBytes(StandardCharsets.UTF_8));
        }
        return tokens;
    }

    /// A random text of a grammar: any allowed token, and where it may end, an end soon.
    private static String write(Grammar grammar, SplittableRandom random) {
        GrammarConstraint constraint =
                new GrammarConstraint(
                        grammar, new TokenTrie(TOKENS.size(), TOKENS::get), TOKENS::get, Set.of());
        for (int attempt = 0; attempt < 200; attempt++) {
            Constraint.Place place = constraint.begin();
            var text = new java.io.ByteArrayOutputStream();
            for (int i = 0; i < 3000; i++) {
                int[] allowed = place.next().stream().toArray();
                if (place.isComplete() || allowed.length == 0) {
                    break;
                }
                // what closes is taken more often, so that texts end
                int[] closing =
                        java.util.Arrays.stream(allowed)
                                .filter(id -> "\"]}".indexOf(id) >= 0)
                                .toArray();
                int[] from = closing.length > 0 && random.nextInt(3) > 0 ? closing : allowed;
                int id = from[random.nextInt(from.length)];
                text.writeBytes(TOKENS.get(id));
                place = place.after(id);
            }
            String whole = text.toString(StandardCharsets.UTF_8);
            if (constraint.accepts(whole)) {
                return whole;
            }
        }
        throw new AssertionError("no text ended");
    }

    private static List<Error> faults(String schema, String text) {
        Schema judge =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(schema, InputFormat.JSON);
        return judge.validate(
                text,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    @Test
    void whatIsWrittenToASchemaIsAcceptedByIt() {
        Grammar grammar = JsonSchema.grammar(SHAPES);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 300; i++) {
            String text = write(grammar, random);
            assertThat(faults(SHAPES, text)).as("%s", text).isEmpty();
        }
        assertThat(faults(SHAPES, "{\"age\": 1300}")).isNotEmpty(); // the judge judges
    }

    @Test
    void aThousandRandomSchemasAreKept() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 1000; i++) {
            String schema = schema(random, 3);
            String text = write(JsonSchema.grammar(schema), random);
            assertThat(faults(schema, text)).as("%s to %s", text, schema).isEmpty();
        }
    }

    private static String schema(SplittableRandom random, int depth) {
        int low = random.nextInt(-120, 120);
        int high = low + random.nextInt(200);
        int least = random.nextInt(3);
        return switch (random.nextInt(depth > 0 ? 10 : 7)) {
            case 0 -> "{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}".formatted(low, high);
            case 1 ->
                    "{\"type\":\"integer\",\"exclusiveMinimum\":%d,\"exclusiveMaximum\":%d}"
                            .formatted(low, high + 2);
            case 2 ->
                    "{\"type\":\"string\",\"minLength\":%d,\"maxLength\":%d}"
                            .formatted(least, least + random.nextInt(4));
            case 3 -> "{\"type\":[\"boolean\",\"null\"]}";
            case 4 -> "{\"type\":\"number\",\"minimum\":%d}".formatted(Math.abs(low));
            case 5 -> "{\"type\":\"string\",\"pattern\":\"[a-f\\\\\\\\é]{%d}\"}".formatted(least);
            case 6 -> "{\"const\":\"x%d\"}".formatted(low);
            case 7 ->
                    "{\"type\":\"array\",\"items\":%s,\"minItems\":%d,\"maxItems\":%d}"
                            .formatted(schema(random, depth - 1), least, least + 1);
            case 8 ->
                    "{\"anyOf\":[%s,%s]}"
                            .formatted(schema(random, depth - 1), schema(random, depth - 1));
            default -> object(random, depth);
        };
    }

    private static String object(SplittableRandom random, int depth) {
        List<String> properties = new ArrayList<>();
        List<String> required = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            properties.add("\"p%d\":%s".formatted(i, schema(random, depth - 1)));
            if (random.nextBoolean()) {
                required.add("\"p%d\"".formatted(i));
            }
        }
        return "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}"
                .formatted(String.join(",", properties), String.join(",", required));
    }

    @Test
    void anyObjectIsAnObject() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 100; i++) {
            assertThat(faults("{\"type\":\"object\"}", write(JsonSchema.anyObject(), random)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}",
                "{\"oneOf\":[{\"$ref\":\"#/$defs/a\"},{\"$ref\":\"#/$defs/b\"}],\"$defs\":{"
                        + "\"a\":{\"properties\":{\"kind\":{\"const\":\"a\"}},\"required\":[\"kind\"]},"
                        + "\"b\":{\"properties\":{\"kind\":{\"const\":\"b\"}},\"required\":[\"kind\"]}}}",
                "{\"allOf\":[{\"type\":\"boolean\"}],\"description\":\"yes or no\"}"
            })
    void schemasAreJoined(String schema) {
        String text = write(JsonSchema.grammar(schema), new SplittableRandom(8));
        assertThat(faults(schema, text)).as("%s", text).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | #",
                "{ | no JSON",
                "{\"type\":\"text\"} | #/type",
                "{\"$ref\":\"http://example.com/s.json\"} | only references inside",
                "{\"$ref\":\"#/$defs/a\"} | leads nowhere",
                "{\"$ref\":\"#\"} | no text fits",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"minItems\":1} | no text fits",
                "{\"type\":\"string\",\"pattern\":\"(?=a)\"} | #/pattern",
                "{\"type\":\"array\",\"uniqueItems\":true} | #/uniqueItems",
                "{\"type\":\"integer\",\"multipleOf\":3} | #/multipleOf",
                "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2} | no number",
                "{\"properties\":{\"a\":{\"not\":{}}}} | #/properties/a/not",
                "{\"properties\":{\"a\":{}},\"required\":[\"b\"]} | asks for 'b'",
                "{\"oneOf\":[{\"type\":\"string\"},{\"minLength\":2}]} | say anyOf",
                "{\"enum\":[]} | #/enum",
                "{\"type\":\"string\",\"minLength\":2,\"maxLength\":1} | #/minLength",
                "{\"type\":\"string\",\"format\":\"hostname\"} | #/format"
            })
    void whatCannotBeHeldToIsRefusedWithItsPlace(String schema, String words) {
        assertThatThrownBy(() -> JsonSchema.grammar(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aSchemaNestedDeeplyIsRefused() {
        String deep = "{\"items\":".repeat(400) + "{}" + "}".repeat(400);
        assertThatThrownBy(() -> JsonSchema.grammar(deep)).hasMessageContaining("deep");
    }
}
