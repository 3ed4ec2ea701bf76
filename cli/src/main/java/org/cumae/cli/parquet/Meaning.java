package org.cumae.cli.parquet;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;

/// What the stored values of a column stand for.
sealed interface Meaning {
    /// What they are.
    record Themselves() implements Meaning {}

    /// Days since 1970.
    record Day() implements Meaning {}

    /// Time since 1970; no clock of a place is kept with it.
    ///
    /// @param perSecond how many units a second has
    record Instant(long perSecond) implements Meaning {}

    /// Whole numbers of a decimal's last place.
    ///
    /// @param scale how many places it has
    record Decimal(int scale) implements Meaning {}

    /// Whole numbers without a sign.
    record Unsigned() implements Meaning {}

    /// 16 bytes of a name.
    record Uuid() implements Meaning {}

    /// 2 bytes of a float.
    record Half() implements Meaning {}

    /// Something that is none of these, such as a shape or another document's bytes.
    record Other() implements Meaning {}

    /// Reads both ways of saying it; files before 2018 know the older one only.
    static Meaning of(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return of(logical);
        }
        ConvertedType converted = element.getConverted_type();
        if (converted == null) {
            return new Themselves();
        }
        return switch (converted) {
            case UTF8, ENUM, JSON, INT_8, INT_16, INT_32, INT_64, TIME_MILLIS, TIME_MICROS ->
                    new Themselves();
            case UINT_8, UINT_16, UINT_32, UINT_64 -> new Unsigned();
            case DATE -> new Day();
            case TIMESTAMP_MILLIS -> new Instant(1_000);
            case TIMESTAMP_MICROS -> new Instant(1_000_000);
            case DECIMAL -> new Decimal(element.getScale());
            case MAP, MAP_KEY_VALUE, LIST, BSON, INTERVAL -> new Other();
        };
    }

    private static Meaning of(LogicalType type) {
        return switch (type.getSetField()) {
            case STRING, ENUM, JSON, TIME, UNKNOWN -> new Themselves();
            case INTEGER -> type.getINTEGER().isIsSigned() ? new Themselves() : new Unsigned();
            case DATE -> new Day();
            case TIMESTAMP ->
                    new Instant(perSecond(Told.of(type.getTIMESTAMP().getUnit(), "a unit")));
            case DECIMAL -> new Decimal(type.getDECIMAL().getScale());
            case UUID -> new Uuid();
            case FLOAT16 -> new Half();
            case MAP, LIST, BSON, VARIANT, GEOMETRY, GEOGRAPHY -> new Other();
        };
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit.getSetField()) {
            case MILLIS -> 1_000;
            case MICROS -> 1_000_000;
            case NANOS -> 1_000_000_000;
        };
    }
}
