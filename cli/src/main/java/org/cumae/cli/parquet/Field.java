package org.cumae.cli.parquet;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.cumae.cli.parquet.Meaning.Day;
import org.cumae.cli.parquet.Meaning.Instant;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A column as the file describes it.
sealed interface Field {
    /// What it is called.
    String name();

    /// Whether its values are days or instants.
    default boolean isTime() {
        return false;
    }

    /// One value a row, or none.
    ///
    /// @param type how it is stored
    /// @param meaning what it stands for
    /// @param text how to read it
    record Flat(String name, PrimitiveType type, Meaning meaning, Text text) implements Field {
        @Override
        public boolean isTime() {
            return meaning instanceof Day
                    || meaning instanceof Instant
                    || type.getPrimitiveTypeName() == PrimitiveTypeName.INT96;
        }
    }

    /// A list, a map or a record in each row.
    record Nested(String name) implements Field {}

    /// Bytes that no text can be made of.
    ///
    /// @param kind what the file calls them
    record Raw(String name, String kind) implements Field {}

    /// The columns of a file.
    ///
    /// @param elements its schema, a tree in the order of a walk; the first is its root
    /// @throws ParquetDecodingException if it is no tree, or two columns have the same name
    static List<Field> of(List<SchemaElement> elements) {
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int at = 1;
        while (at < elements.size()) {
            SchemaElement element = elements.get(at);
            String name = Told.of(element.getName(), "what a column is called");
            if (!names.add(name)) {
                throw new ParquetDecodingException("two columns are named " + name);
            }
            fields.add(field(name, element));
            at = behind(elements, at);
        }
        if (elements.isEmpty() || fields.size() != elements.getFirst().getNum_children()) {
            throw new ParquetDecodingException("its schema is no tree");
        }
        return fields;
    }

    private static int behind(List<SchemaElement> elements, int at) {
        long open = 1; // elements of the subtree that are still to come
        int end = at;
        while (open > 0 && end < elements.size()) {
            int children = elements.get(end).getNum_children();
            if (children < 0) {
                throw new ParquetDecodingException("its schema is no tree");
            }
            open += children - 1L;
            end++;
        }
        return end;
    }

    private static Field field(String name, SchemaElement element) {
        if (element.getNum_children() > 0
                || element.getRepetition_type() == FieldRepetitionType.REPEATED) {
            return new Nested(name);
        }
        Meaning meaning = Meaning.of(element);
        PrimitiveType type = type(name, element);
        return Text.of(type, meaning)
                .<Field>map(text -> new Flat(name, type, meaning, text))
                .orElseGet(() -> new Raw(name, kind(element)));
    }

    private static PrimitiveType type(String name, SchemaElement element) {
        Type.Repetition repetition =
                Type.Repetition.valueOf(
                        Told.of(element.getRepetition_type(), "whether " + name + " may be null")
                                .name());
        return switch (Told.of(element.getType(), "how column " + name + " is stored")) {
            case BOOLEAN -> new PrimitiveType(repetition, PrimitiveTypeName.BOOLEAN, name);
            case INT32 -> new PrimitiveType(repetition, PrimitiveTypeName.INT32, name);
            case INT64 -> new PrimitiveType(repetition, PrimitiveTypeName.INT64, name);
            case INT96 -> new PrimitiveType(repetition, PrimitiveTypeName.INT96, name);
            case FLOAT -> new PrimitiveType(repetition, PrimitiveTypeName.FLOAT, name);
            case DOUBLE -> new PrimitiveType(repetition, PrimitiveTypeName.DOUBLE, name);
            case BYTE_ARRAY -> new PrimitiveType(repetition, PrimitiveTypeName.BINARY, name);
            case FIXED_LEN_BYTE_ARRAY ->
                    new PrimitiveType(
                            repetition,
                            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY,
                            element.getType_length(),
                            name);
        };
    }

    private static String kind(SchemaElement element) {
        ConvertedType converted = element.getConverted_type();
        if (converted != null) {
            return converted.name();
        }
        LogicalType logical = element.getLogicalType();
        return logical == null
                ? "%d raw bytes".formatted(element.getType_length())
                : logical.getSetField().getFieldName();
    }
}
