package org.cumae.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.weights.WeightFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/// SentencePiece's files: the ways of cutting done by hand, and what damaged files do.
class SentencePieceTest {
    private static final long SEED = 3;

    private static PieceModel model(PieceModel.Way way, List<PieceModel.Piece> pieces) {
        return new PieceModel(
                "SentencePiece",
                way,
                pieces,
                new PieceModel.Spaces(true, false, true),
                Optional.empty(),
                new PieceModel.Roles(
                        OptionalInt.of(1),
                        new LinkedHashSet<>(List.of(2)),
                        OptionalInt.empty(),
                        false,
                        false));
    }

    /// `<unk> <s> </s>`, then pieces with scores, then the 256 bytes if wanted.
    private static List<PieceModel.Piece> pieces(boolean bytes, Object... piecesAndScores) {
        List<PieceModel.Piece> pieces = new ArrayList<>();
        pieces.add(new PieceModel.Piece("<unk>", 0, PieceModel.Kind.UNKNOWN));
        pieces.add(new PieceModel.Piece("<s>", 0, PieceModel.Kind.CONTROL));
        pieces.add(new PieceModel.Piece("</s>", 0, PieceModel.Kind.CONTROL));
        for (int i = 0; i < piecesAndScores.length; i += 2) {
            pieces.add(
                    new PieceModel.Piece(
                            (String) piecesAndScores[i],
                            ((Number) piecesAndScores[i + 1]).floatValue(),
                            PieceModel.Kind.NORMAL));
        }
        for (int octet = 0; bytes && octet < 256; octet++) {
            pieces.add(new PieceModel.Piece("<0x%02X>".formatted(octet), 0, PieceModel.Kind.BYTE));
        }
        return pieces;
    }

    private static Tokenizer read(byte[] file) {
        return SentencePiece.read("some/tokenizer.model", file, false, false);
    }

    private static List<String> cut(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encode(text, Encoding.PLAIN))
                .mapToObj(tokenizer::display)
                .toList();
    }

    /// `ab` and `c` (-1 - 3) lose to `a` and `bc` (-2 - 1.5), though `ab` is the best piece.
    @Test
    void theLineOfThePiecesWithTheBestSumIsTaken() {
        Tokenizer tokenizer =
                read(
                        SentencePiece.write(
                                model(
                                        PieceModel.Way.UNIGRAM,
                                        pieces(
                                                false, "▁", -2, "a", -2, "b", -3, "c", -3, "ab", -1,
                                                "bc", -1.5))));
        assertThat(cut(tokenizer, "abc")).containsExactly("▁", "a", "bc");
        assertThat(cut(tokenizer, "ab")).containsExactly("▁", "ab");
        assertThat(tokenizer.decode(tokenizer.encode("abc ab"))).isEqualTo("abc ab");
        assertThat(tokenizer.decode(tokenizer.encode("  abc   ab ")))
                .as("spaces are squeezed, as the file says")
                .isEqualTo("abc ab");
        assertThat(cut(tokenizer, "axb"))
                .as("unknown text")
                .containsExactly("▁", "a", "<unk>", "b");
    }

    /// `bc` has the best score and is joined first; then `a` has nothing to be joined with.
    @Test
    void theBestPairIsJoinedFirst() {
        Tokenizer tokenizer =
                read(
                        SentencePiece.write(
                                model(
                                        PieceModel.Way.PAIRS,
                                        pieces(
                                                true, "▁", -9, "a", -9, "b", -9, "c", -9, "ab", -2,
                                                "bc", -1))));
        assertThat(cut(tokenizer, "abc")).containsExactly("▁", "a", "bc");
        assertThat(cut(tokenizer, "abab")).containsExactly("▁", "ab", "ab");
        assertThat(cut(tokenizer, "é")).as("bytes").containsExactly("▁", "<0xC3>", "<0xA9>");
        assertThat(tokenizer.decode(tokenizer.encode("aébc\uD83D\uDE00")))
                .isEqualTo("aébc\uD83D\uDE00");
        assertThat(tokenizer.encode("<s>", Encoding.PLAIN)).doesNotContain(1);
    }

    @Test
    void aSavedModelIsTheModel(@TempDir Path folder) {
        PieceModel model = model(PieceModel.Way.UNIGRAM, pieces(true, "▁a", -1, "▁", -2, "a", -2));
        byte[] file = SentencePiece.write(model);
        Tokenizer tokenizer = read(file);
        TokenizerFolder.save(tokenizer, folder);
        assertThat(folder.resolve("tokenizer.model")).hasBinaryContent(file);
        Tokenizer again = TokenizerFolder.open(folder).tokenizer();
        assertThat(again.fingerprint()).isEqualTo(tokenizer.fingerprint());
        assertThat(again.encode("a a")).isEqualTo(tokenizer.encode("a a"));
        assertThat(again.special()).isEqualTo(tokenizer.special());
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatThrownBy(() -> read(new byte[0])).hasMessageContaining("has no pieces");
        byte[] type =
                new Protobuf.Writer()
                        .raw(1, new Protobuf.Writer().text(1, "a").bytes())
                        .raw(2, new Protobuf.Writer().whole(3, 4).bytes())
                        .bytes();
        assertThatThrownBy(() -> read(type))
                .hasMessageContaining("some/tokenizer.model")
                .hasMessageContaining("its model type is 4; known are 1 (unigram) and 2 (pairs)");
        byte[] kind =
                new Protobuf.Writer()
                        .raw(1, new Protobuf.Writer().text(1, "a").whole(3, 9).bytes())
                        .bytes();
        assertThatThrownBy(() -> read(kind)).hasMessageContaining("a piece has type 9");
        byte[] score =
                new Protobuf.Writer()
                        .raw(1, new Protobuf.Writer().text(1, "a").real(2, Float.NaN).bytes())
                        .bytes();
        assertThatThrownBy(() -> read(score)).hasMessageContaining("a score that is no number");
        byte[] octet =
                new Protobuf.Writer()
                        .raw(1, new Protobuf.Writer().text(1, "<0xZZ>").whole(3, 6).bytes())
                        .bytes();
        assertThatThrownBy(() -> read(octet)).hasMessageContaining("should be a byte");
        byte[] length = {10, 127, 1};
        assertThatThrownBy(() -> read(length)).hasMessageContaining("only 1 are left");
    }

    /// A real vocabulary, written as a file of its own.
    @Test
    void damagedFilesAreRefusedInWordsOrRead(@TempDir Path folder) throws Exception {
        try (WeightFile gguf = WeightFile.open(TestFiles.data("models/stories260K.gguf"))) {
            TokenizerFolder.save(
                    GgufTokens.open(gguf.vocabulary().orElseThrow()).tokenizer(), folder);
        }
        byte[] whole = Files.readAllBytes(folder.resolve("tokenizer.model"));
        assertThat(reads(whole)).isTrue();
        for (int length = 0; length < whole.length; length += 7) {
            reads(Arrays.copyOf(whole, length));
        }
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] hurt = whole.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                hurt[random.nextInt(hurt.length)] = (byte) random.nextInt(256);
            }
            refused += reads(hurt) ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(300);
    }

    private static boolean reads(byte[] file) {
        try {
            Tokenizer tokenizer = read(file);
            tokenizer.decode(tokenizer.encode("Once upon a time, é \uD83D\uDE00"));
            return true;
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }
}
