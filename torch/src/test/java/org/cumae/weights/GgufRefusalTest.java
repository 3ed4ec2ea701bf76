package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// GGUF files that lie are refused, and the message says where and about what.
class GgufRefusalTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 99, -1})
    void otherVersionsAreRefused(int version) {
        refused(
                GgufBytes.begin(version, 0, 0),
                "GGUF version " + Integer.toUnsignedString(version),
                "2 and 3");
    }

    @Test
    void theOtherByteOrderIsRefused() {
        refused(GgufBytes.begin(Integer.reverseBytes(3), 0, 0), "big-endian");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 62, 1L << 32, 1000})
    void countsTheFileCannotHoldAreRefused(long count) {
        String said = Long.toUnsignedString(count);
        refused(GgufBytes.begin(3, count, 0), "claims " + said + " tensors", "hold at most");
        refused(GgufBytes.begin(3, 0, count), "claims " + said + " values", "hold at most");
        refused(
                GgufBytes.llama(0, 1).text("k").i32(GgufBytes.TEXT).i64(count).raw("abc"),
                "'k' claims " + said + " bytes of text");
        refused(
                GgufBytes.llama(0, 1).text("k").i32(GgufBytes.ARRAY).i32(GgufBytes.U32).i64(count),
                "'k' claims " + said + " U32 values");
        refused(
                GgufBytes.llama(0, 1).text("k").i32(GgufBytes.ARRAY).i32(GgufBytes.TEXT).i64(count),
                "'k' claims " + said + " strings");
    }

    @Test
    void listsOfListsAreRefused() {
        refused(
                GgufBytes.llama(0, 1).text("k").i32(9).i32(9).i64(1).i32(9).i64(1).data(99),
                "'k'",
                "list of lists");
    }

    @Test
    void unknownValueTypesAreRefused() {
        refused(GgufBytes.llama(0, 1).text("k").i32(13).i64(1), "'k'", "value type 13");
        refused(
                GgufBytes.llama(0, 1).text("k").i32(9).i32(-1).i64(1),
                "'k'",
                "value type 4294967295");
    }

    @Test
    void aKeyThatStandsTwiceIsRefused() {
        refused(
                GgufBytes.llama(0, 1).text("general.architecture").i32(8).text("gpt2"),
                "'general.architecture'",
                "twice");
    }

    @Test
    void aMissingOrMistypedArchitectureIsRefused() {
        refused(GgufBytes.begin(3, 0, 0), "'general.architecture' is missing", "string");
        refused(
                GgufBytes.begin(3, 0, 1).text("general.architecture").i32(4).i32(7),
                "'general.architecture' is 7",
                "must be a string");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 4, -32, 1 << 30})
    void oddAlignmentsAreRefused(int alignment) {
        refused(
                GgufBytes.llama(0, 1).text("general.alignment").i32(GgufBytes.U32).i32(alignment),
                "'general.alignment'",
                alignment < 0 ? "must lie in" : "power of two");
    }

    @Test
    void anAlignmentOfAnotherTypeIsRefused() {
        refused(
                GgufBytes.llama(0, 1).text("general.alignment").i32(GgufBytes.TEXT).text("32"),
                "'general.alignment' is '32'",
                "must be a whole number");
    }

    @Test
    void truthValuesOtherThanTwoAreRefused() {
        refused(GgufBytes.llama(0, 1).text("k").i32(7).u8(2).data(9), "'k'", "truth value 2");
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        refused(GgufBytes.llama(0, 1).text("k").i32(8).i64(2).raw("\u00c3\u0028"), "'k'", "UTF-8");
    }

    @Test
    void tooManyAxesAreRefused() {
        refused(GgufBytes.llama(1, 0).tensor("t", 0, 0, new long[100]), "'t'", "100 axes");
    }

    @Test
    void shapesBeyondAllFilesAreRefused() {
        refused(GgufBytes.llama(1, 0).tensor("t", 0, 0, 1L << 40, 1L << 40), "'t'", "2^63");
        refused(GgufBytes.llama(1, 0).tensor("t", 0, 0, -1), "'t'", "axis -1");
        refused(
                GgufBytes.llama(1, 0).tensor("t", 0, 0, 1L << 31).pad(32).data(64),
                "'t'",
                "needs 8589934592 bytes",
                "file ends at byte");
    }

    @Test
    void rowsThatDoNotDivideIntoBlocksAreRefused() {
        refused(
                GgufBytes.llama(1, 0).tensor("t", 12, 0, 250, 2).pad(32).data(999),
                "'t'",
                "rows of 250 values do not divide into Q4_K blocks of 256");
    }

    @Test
    void unsupportedTypesAreNamed() {
        refused(GgufBytes.llama(1, 0).tensor("t", 23, 0, 256).data(999), "'t'", "IQ4_XS", "Q4_K");
        refused(GgufBytes.llama(1, 0).tensor("t", 77, 0, 256).data(999), "'t'", "type number 77");
        refused(GgufBytes.llama(1, 0).tensor("t", -1, 0, 256).data(999), "type number 4294967295");
    }

    @Test
    void tensorsOverEachOtherAreRefusedByBothNames() {
        refused(
                GgufBytes.llama(2, 0).tensor("a", 0, 0, 16).tensor("b", 0, 32, 8).pad(32).data(64),
                "'b' begins at byte",
                "inside tensor 'a'");
    }

    @Test
    void gapsBetweenTensorsAreRefusedByBothNames() {
        refused(
                GgufBytes.llama(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 64, 8).pad(32).data(96),
                "'b'",
                "after tensor 'a'",
                "no tensor");
    }

    @Test
    void extraBytesAtTheEndAreRefused() {
        refused(GgufBytes.llama(1, 0).tensor("a", 0, 0, 8).pad(32).data(64), "extra bytes", "'a'");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -32, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40})
    void offsetsOutsideTheFileAreRefused(long offset) {
        refused(
                GgufBytes.llama(1, 0).tensor("a", 0, offset, 8).pad(32).data(32),
                "file ends at byte",
                "'a'");
    }

    @Test
    void twoTensorsOfOneNameAreRefused() {
        refused(
                GgufBytes.llama(2, 0).tensor("a", 0, 0, 8).tensor("a", 0, 32, 8).pad(32).data(64),
                "'a'",
                "twice");
    }

    @Test
    void aPartOfASplitModelIsRefused() {
        refused(GgufBytes.llama(0, 1).text("split.count").i32(2).i32(3), "in 3 files", "join");
    }

    @Test
    void namesCannotWriteOnTheTerminal() {
        refused(GgufBytes.llama(1, 0).tensor("\u001b[2Jx", 77, 0, 8), "'\\u001b[2Jx'");
    }

    @Test
    void emptyScalarAndVersion2TensorsAreRead() throws IOException {
        byte[] bytes =
                GgufBytes.begin(2, 3, 1)
                        .text("general.architecture")
                        .i32(8)
                        .text("llama")
                        .tensor("empty", 0, 0, 0, 5)
                        .tensor("scalar", 0, 0)
                        .tensor("row", 0, 32, 3)
                        .pad(32)
                        .data(44)
                        .bytes();
        try (WeightFile file = WeightFile.open(Files.write(folder.resolve("v2.gguf"), bytes))) {
            assertThat(file.floats("empty")).isEmpty();
            assertThat(file.info("empty").shape()).isEqualTo(List.of(5L, 0L));
            assertThat(file.floats("scalar")).containsExactly(0);
            assertThat(file.floats("row")).hasSize(3);
        }
    }

    @Test
    void aVocabularyThatContradictsItselfIsRefused() throws IOException {
        vocabularyRefused(
                GgufBytes.llama(0, 3)
                        .text("tokenizer.ggml.model")
                        .i32(8)
                        .text("llama")
                        .text("tokenizer.ggml.tokens")
                        .i32(9)
                        .i32(8)
                        .i64(2)
                        .text("a")
                        .text("b")
                        .text("tokenizer.ggml.scores")
                        .i32(9)
                        .i32(6)
                        .i64(1)
                        .i32(0),
                "'tokenizer.ggml.scores' has 1 entries for 2 tokens");
        vocabularyRefused(
                GgufBytes.llama(0, 3)
                        .text("tokenizer.ggml.model")
                        .i32(8)
                        .text("llama")
                        .text("tokenizer.ggml.tokens")
                        .i32(9)
                        .i32(8)
                        .i64(1)
                        .text("a")
                        .text("tokenizer.ggml.eos_token_id")
                        .i32(4)
                        .i32(1),
                "'tokenizer.ggml.eos_token_id' is 1, but there are 1 tokens");
        vocabularyRefused(
                GgufBytes.llama(0, 2)
                        .text("tokenizer.ggml.model")
                        .i32(8)
                        .text("llama")
                        .text("tokenizer.ggml.tokens")
                        .i32(9)
                        .i32(8)
                        .i64(0),
                "'tokenizer.ggml.tokens' is empty");
        vocabularyRefused(
                GgufBytes.llama(0, 3)
                        .text("tokenizer.ggml.model")
                        .i32(8)
                        .text("llama")
                        .text("tokenizer.ggml.tokens")
                        .i32(9)
                        .i32(8)
                        .i64(1)
                        .text("a")
                        .text("tokenizer.ggml.token_type")
                        .i32(9)
                        .i32(5)
                        .i64(1)
                        .i32(7),
                "gives token 0 the number 7");
    }

    private void vocabularyRefused(GgufBytes gguf, String message) throws IOException {
        Path path = Files.write(folder.resolve("v.gguf"), gguf.bytes());
        try (WeightFile file = WeightFile.open(path)) {
            assertThatThrownBy(file::vocabulary)
                    .isInstanceOf(WeightFileException.class)
                    .hasMessageContaining(message);
        }
    }

    private void refused(GgufBytes gguf, String... words) {
        Path path = folder.resolve("lie.gguf");
        assertThatThrownBy(() -> WeightFile.open(Files.write(path, gguf.bytes())).close())
                .isInstanceOf(WeightFileException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContainingAll(words);
    }
}
