package org.cumae.weights;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/// Walks the JSON of a weight file token by token: strict UTF-8, bounded depth and lengths, nothing
/// kept that the caller does not keep. Every deviation is a [WeightFileException] that names the
/// byte or the field.
final class StrictJson {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(8)
                                    .maxNameLength(1 << 16)
                                    .maxStringLength(1 << 24)
                                    .maxNumberLength(32)
                                    .build())
                    // Names come from a stranger and are seen once: no shared table of them.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build();

    private final Path file;
    private final String part;
    private final JsonParser parser;

    private StrictJson(Path file, String part, JsonParser parser) {
        this.file = file;
        this.part = part;
        this.parser = parser;
    }

    /// Parses `bytes`, which must be one JSON object with nothing but white space after it.
    ///
    /// @param part what the bytes are, for messages
    /// @param fields told of every field of the object; must read its value
    static void object(Path file, String part, byte[] bytes, Consumer<Field> fields) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new WeightFileException(
                    e, file, "%s is not UTF-8 text; the file is damaged, so fetch it again", part);
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            new StrictJson(file, part, parser).fields("the whole", fields);
            if (parser.nextToken() != null) {
                throw new WeightFileException(file, "%s goes on after its JSON object ends", part);
            }
        } catch (JacksonException e) {
            throw new WeightFileException(
                    e, file, "%s is not sound JSON: %s", part, e.getOriginalMessage());
        }
    }

    /// A field whose value comes next.
    record Field(String name, StrictJson json) {
        /// The value as a string.
        String text() {
            return json.expect(JsonToken.VALUE_STRING, name, "a string").getString();
        }

        /// The value as an object.
        void object(Consumer<Field> fields) {
            json.parser.nextToken();
            json.fields(Quoted.of(name), fields);
        }

        /// The value as a list of at most `most` whole numbers from 0 up.
        long[] wholes(int most) {
            json.expect(JsonToken.START_ARRAY, name, "a list of whole numbers");
            long[] values = new long[most];
            int count = 0;
            while (json.parser.nextToken() != JsonToken.END_ARRAY) {
                if (count == most) {
                    throw json.refuse(name, "has more than %d entries", most);
                }
                if (json.parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                    throw json.refuse(name, "must be a list of whole numbers");
                }
                values[count] = json.parser.getLongValue();
                if (values[count] < 0) {
                    throw json.refuse(name, "holds %d; it must be 0 or more", values[count]);
                }
                count++;
            }
            return Arrays.copyOf(values, count);
        }

        /// Passes over the value.
        void skip() {
            json.parser.nextToken();
            json.parser.skipChildren();
        }

        WeightFileException refuse(String problem, Object... values) {
            return json.refuse(name, problem, values);
        }
    }

    private void fields(String object, Consumer<Field> fields) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new WeightFileException(file, "%s: %s must be a JSON object", part, object);
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            fields.accept(new Field(parser.currentName(), this));
        }
    }

    private JsonParser expect(JsonToken token, String field, String expected) {
        if (parser.nextToken() != token) {
            throw refuse(field, "must be %s", expected);
        }
        return parser;
    }

    private WeightFileException refuse(String field, String problem, Object... values) {
        return new WeightFileException(
                file,
                "%s: field %s %s",
                part,
                Quoted.of(field),
                String.format(Locale.ROOT, problem, values));
    }
}
