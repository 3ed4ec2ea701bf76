package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;

/// Safetensors files that lie are refused, and the message says where and about what.
class SafetensorsRefusalTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, 100_000_001, Long.MAX_VALUE})
    void headerLengthsOutsideTheFormatAreRefused(long length) {
        byte[] file = file("{}", 0);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        refused(file, "header of " + Long.toUnsignedString(length) + " bytes");
    }

    @Test
    void aHeaderLongerThanTheFileIsRefused() {
        byte[] file = file("{}", 0);
        file[0] = 99;
        refused(file, "file ends at byte 10", "claims to end at byte 107");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}}",
                "[]",
                "{} x",
                "{}\0\0",
                " {}",
                "\ufeff{}",
                "nul",
                "{\"a\"}",
                "{\"a\":1}",
                "{\"a\":[]}",
                "{\"a\":{}}",
                "{\"__metadata__\":1}",
                "{\"__metadata__\":{\"a\":1}}",
                "{\"__metadata__\":{},\"__metadata__\":{}}",
                "{'a':{}}"
            })
    void headersThatAreNotTheFormatsJsonAreRefused(String json) {
        refused(file(json, 0), "header");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() {
        byte[] file = file("{\"aa\":0}", 0);
        file[10] = (byte) 0xC3;
        refused(file, "not UTF-8");
    }

    @Test
    void aHeaderNestedWithoutEndIsRefused() {
        refused(file("{\"a\":" + "{\"a\":".repeat(100_000), 0), "'a'");
        refused(file("{\"a\":{\"shape\":" + "[".repeat(100_000), 0), "shape");
    }

    @Test
    void spacesAfterTheHeaderAreTheFormatsPadding() throws IOException {
        byte[] file = file(tensor("a", "F32", "[1]", 0, 4).replace("}}", "}}   "), 4);
        try (WeightFile open = WeightFile.open(write(file))) {
            assertThat(open.floats("a")).containsExactly(0);
        }
    }

    @Test
    void aNameThatStandsTwiceIsRefused() {
        String a = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
        refused(file("{" + a + "," + a + "}", 4), "'a' stands twice");
        refused(file(tensor("a", "F32\",\"dtype\":\"F32", "[]", 0, 4), 4), "'dtype' stands twice");
    }

    @Test
    void anUnknownFieldIsRefused() {
        refused(file(tensor("a", "F32\",\"size\":\"1", "[]", 0, 4), 4), "'size' is not known");
    }

    @Test
    void tensorsOverEachOtherAreRefusedByBothNames() {
        refused(
                file(
                        "{"
                                + entry("a", "F32", "[2]", 0, 8)
                                + ","
                                + entry("b", "F32", "[2]", 4, 12)
                                + "}",
                        12),
                "'b' begins at byte",
                "inside tensor 'a'");
    }

    @Test
    void gapsAreRefused() {
        refused(
                file(
                        "{"
                                + entry("a", "F32", "[1]", 0, 4)
                                + ","
                                + entry("b", "F32", "[1]", 8, 12)
                                + "}",
                        12),
                "'b'",
                "after tensor 'a'",
                "no tensor");
        refused(file(tensor("a", "F32", "[1]", 4, 8), 8), "'a'", "after the header");
    }

    @Test
    void extraBytesAtTheEndAreRefused() {
        refused(file(tensor("a", "F32", "[1]", 0, 4), 5), "extra bytes");
        refused(file("{}", 1), "extra bytes");
    }

    @Test
    void anEndBeforeItsBeginIsRefused() {
        refused(file(tensor("a", "F32", "[1]", 4, 0), 4), "'a'", "begin first");
        refused(file(tensor("a", "F32", "[1]", -4, 0), 4), "0 or more");
    }

    @Test
    void lengthsThatDoNotFollowFromTheShapeAreRefused() {
        refused(file(tensor("a", "F32", "[3]", 0, 11), 11), "'a' has 11 bytes", "takes 12");
        refused(file(tensor("a", "F16", "[]", 0, 4), 4), "'a' has 4 bytes", "takes 2");
    }

    @Test
    void shapesBeyondAllFilesAreRefused() {
        refused(file(tensor("a", "F32", "[4294967296,4294967296]", 0, 4), 4), "'a'", "2^63");
        refused(
                file(tensor("a", "F32", "[2147483648]", 0, 8589934592L), 4),
                "file ends at byte",
                "'a'");
        refused(file(tensor("a", "F32", "[99999999999999999999]", 0, 4), 4), "header");
        refused(file(tensor("a", "F32", "[1.5]", 0, 4), 4), "whole numbers");
        String axes = String.join(",", Collections.nCopies(100, "1"));
        refused(file(tensor("a", "F32", "[" + axes + "]", 0, 4), 4), "more than 16 entries");
    }

    @Test
    void offsetsThatWrapAreRefused() {
        long last = Long.MAX_VALUE;
        refused(file(tensor("a", "U8", "[0]", last, last), 0), "file ends at byte", "'a'");
        refused(file(tensor("a", "U8", "[1]", last - 1, last), 1), "file ends at byte", "'a'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"F8_E4M3", "F8_E5M2", "U16", "F4", "f32", ""})
    void typesThatCannotBeHeldAreNamed(String dtype) {
        refused(file(tensor("a", dtype, "[1]", 0, 1), 1), "'a'", "'" + dtype + "'", "BF16");
    }

    @Test
    void emptyAndScalarTensorsAreRead() throws IOException {
        byte[] file =
                file(
                        "{"
                                + entry("none", "F32", "[0,7]", 0, 0)
                                + ","
                                + entry("one", "I64", "[]", 0, 8)
                                + "}",
                        8);
        try (WeightFile open = WeightFile.open(write(file))) {
            assertThat(open.floats("none")).isEmpty();
            assertThat(open.floats("one")).containsExactly(0);
        }
    }

    @Test
    void weightsThatAreNotNumbersAreListed() throws IOException {
        byte[] file =
                file(
                        "{"
                                + entry("bad", "F16", "[4]", 0, 8)
                                + ","
                                + entry("zero", "F16", "[1]", 8, 10)
                                + "}",
                        10);
        ByteBuffer end = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        end.putShort(file.length - 10, Float.floatToFloat16(Float.NaN));
        end.putShort(file.length - 8, Float.floatToFloat16(Float.NEGATIVE_INFINITY));
        end.putShort(file.length - 6, Float.floatToFloat16(1));
        try (WeightFile open = WeightFile.open(write(file))) {
            assertThat(open.nonFinite()).containsExactly(new TensorHealth("bad", 4, 1, 1, 1, 0));
            assertThat(open.health("zero").isAllZero()).isTrue();
            assertThat(open.health("zero").warning())
                    .hasValue("tensor 'zero' holds nothing but zeros");
            assertThat(open.health("bad").warning())
                    .hasValue("tensor 'bad' holds 1 NaN and 1 infinite of 4 values");
        }
    }

    static String tensor(String name, String dtype, String shape, long begin, long end) {
        return "{" + entry(name, dtype, shape, begin, end) + "}";
    }

    static String entry(String name, String dtype, String shape, long begin, long end) {
        return "\""
                + name
                + "\":{\"dtype\":\""
                + dtype
                + "\",\"shape\":"
                + shape
                + ",\"data_offsets\":["
                + begin
                + ","
                + end
                + "]}";
    }

    static byte[] file(String json, int dataBytes) {
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("lie.safetensors"), bytes);
    }

    private void refused(byte[] bytes, String... words) {
        assertThatThrownBy(() -> WeightFile.open(write(bytes)).close())
                .isInstanceOf(WeightFileException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContainingAll(words);
    }
}
