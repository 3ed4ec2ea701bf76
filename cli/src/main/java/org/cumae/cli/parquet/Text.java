package org.cumae.cli.parquet;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType;
import org.cumae.cli.parquet.Meaning.Day;
import org.cumae.cli.parquet.Meaning.Decimal;
import org.cumae.cli.parquet.Meaning.Half;
import org.cumae.cli.parquet.Meaning.Instant;
import org.cumae.cli.parquet.Meaning.Other;
import org.cumae.cli.parquet.Meaning.Unsigned;
import org.cumae.cli.parquet.Meaning.Uuid;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.JulianFields;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;

/// What the value that a column stands at would be in CSV.
@FunctionalInterface
interface Text {
    /// Bytes of a decimal. Writers allow 16 or 32; a damaged one may have millions.
    int MOST_DIGITS = 64;

    /// Reads the value, which must be a known one.
    String read(ColumnReader column);

    /// Empty where no text can be made of such values.
    static Optional<Text> of(PrimitiveType type, Meaning meaning) {
        if (meaning instanceof Other) {
            return Optional.empty();
        }
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> Optional.of(column -> column.getBoolean() ? "1" : "0");
            case INT32 -> Optional.of(whole(meaning, ColumnReader::getInteger, 0xFFFF_FFFFL));
            case INT64 -> Optional.of(whole(meaning, ColumnReader::getLong, -1));
            case INT96 -> Optional.of(column -> impala(bytes(column)));
            case FLOAT -> Optional.of(column -> Double.toString(column.getFloat()));
            case DOUBLE -> Optional.of(column -> Double.toString(column.getDouble()));
            case BINARY ->
                    Optional.of(
                            meaning instanceof Decimal(int scale)
                                    ? column -> decimal(bytes(column), scale)
                                    : column -> column.getBinary().toStringUsingUTF8());
            case FIXED_LEN_BYTE_ARRAY -> fixed(type.getTypeLength(), meaning);
        };
    }

    private static Text whole(Meaning meaning, ToLongFunction<ColumnReader> number, long bits) {
        return switch (meaning) {
            case Day _ -> column -> LocalDate.ofEpochDay(number.applyAsLong(column)).toString();
            case Instant(long perSecond) ->
                    column -> instant(number.applyAsLong(column), perSecond);
            case Decimal(int scale) ->
                    column -> BigDecimal.valueOf(number.applyAsLong(column), scale).toString();
            case Unsigned _ -> column -> Long.toUnsignedString(number.applyAsLong(column) & bits);
            default -> column -> Long.toString(number.applyAsLong(column));
        };
    }

    private static Optional<Text> fixed(int length, Meaning meaning) {
        return switch (meaning) {
            case Decimal(int scale) -> Optional.of(column -> decimal(bytes(column), scale));
            case Uuid _ when length == 2 * Long.BYTES -> Optional.of(column -> uuid(column));
            case Half _ when length == Short.BYTES -> Optional.of(column -> half(column));
            default -> Optional.empty();
        };
    }

    private static String uuid(ColumnReader column) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(column));
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    private static String half(ColumnReader column) {
        short bits = ByteBuffer.wrap(bytes(column)).order(ByteOrder.LITTLE_ENDIAN).getShort();
        return Double.toString(Float.float16ToFloat(bits));
    }

    private static byte[] bytes(ColumnReader column) {
        return column.getBinary().getBytes();
    }

    private static String decimal(byte[] bytes, int scale) {
        if (bytes.length == 0 || bytes.length > MOST_DIGITS) {
            throw new ParquetDecodingException("a decimal has %d bytes".formatted(bytes.length));
        }
        return new BigDecimal(new BigInteger(bytes), scale).toString();
    }

    private static String instant(long units, long perSecond) {
        long nanos = Math.floorMod(units, perSecond) * (1_000_000_000 / perSecond);
        return LocalDateTime.ofEpochSecond(
                        Math.floorDiv(units, perSecond), (int) nanos, ZoneOffset.UTC)
                .toString();
    }

    /// The oldest timestamps: nanoseconds in the day, then the day by Julian count.
    private static String impala(byte[] bytes) {
        ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = parts.getLong();
        int day = parts.getInt();
        return LocalDate.EPOCH
                .with(JulianFields.JULIAN_DAY, day)
                .atStartOfDay()
                .plus(nanos, ChronoUnit.NANOS)
                .toString();
    }
}
