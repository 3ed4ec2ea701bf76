package org.cumae.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/// Tokenizer files are strangers' data: what is wrong in one is told when it is opened, by its
/// place, and never by the first text.
class TokenizerRefusalTest {
    private static final long SEED = 7;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static byte[] real() throws IOException {
        return Files.readAllBytes(TestFiles.golden("hf/gpt2/tokenizer.json"));
    }

    private static Tokenizer read(byte[] content) {
        return TokenizerJson.read("some/tokenizer.json", content);
    }

    private static void refused(Consumer<ObjectNode> change, String... words) throws IOException {
        ObjectNode root = (ObjectNode) MAPPER.readTree(real());
        read(MAPPER.writeValueAsBytes(root)); // sound before
        change.accept(root);
        assertThatThrownBy(() -> read(MAPPER.writeValueAsBytes(root)))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("some/tokenizer.json")
                .hasMessageContainingAll(words);
    }

    private static ObjectNode model(ObjectNode root) {
        return (ObjectNode) root.get("model");
    }

    @Test
    void whatContradictsItselfIsToldByItsPlace() throws IOException {
        refused(root -> model(root).put("type", "Runes"), "'Runes'", "BPE, Unigram, WordPiece");
        refused(root -> model(root).putObject("vocab"), "model.vocab", "vocabulary is empty");
        refused(root -> ((ObjectNode) model(root).get("vocab")).put("@@", 5), "share id 5");
        refused(root -> ((ObjectNode) model(root).get("vocab")).put("@@", -1), "id -1");
        refused(root -> ((ObjectNode) model(root).get("vocab")).put("@@", "x"), "is no number");
        refused(
                root -> ((ObjectNode) model(root).get("vocab")).put("@@", Integer.MAX_VALUE),
                "ids are 0 to");
        refused(root -> model(root).putArray("merges").add("a"), "merges[0]", "two tokens");
        refused(root -> model(root).putArray("merges").add("q zq"), "zq");
        refused(root -> model(root).put("dropout", 0.1), "drops merges at random");
        refused(
                root ->
                        root.withArray("added_tokens")
                                .addObject()
                                .put("id", 300)
                                .put("content", ""),
                "added_tokens[4]",
                "empty text");
        refused(
                root ->
                        root.withArray("added_tokens")
                                .addObject()
                                .put("id", 296)
                                .put("content", "x"),
                "296",
                "<|endoftext|>");
        refused(
                root -> root.putObject("pre_tokenizer").put("type", "Knife"),
                "pre_tokenizer",
                "Knife");
        refused(root -> root.putObject("decoder").put("type", "Glue"), "decoder", "Glue");
        refused(root -> root.putObject("normalizer").put("type", "Iron"), "normalizer", "Iron");
    }

    @Test
    void whatIsNoTokenizerSaysWhatItLooksLike() {
        assertThatThrownBy(() -> read(utf8("version https://git-lfs.github.com/spec/v1\n")))
                .hasMessageContaining("Git-LFS pointer");
        assertThatThrownBy(() -> read(utf8("<!DOCTYPE html><html>")))
                .hasMessageContaining("looks like a web page");
        assertThatThrownBy(() -> read(utf8("[]"))).hasMessageContaining("a JSON object");
        assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(TokenizerException.class);
        assertThatThrownBy(() -> read(utf8("{\"model\":{},\"model\":{}}")))
                .isInstanceOf(TokenizerException.class);
        assertThatThrownBy(() -> read(utf8("[".repeat(100_000))))
                .isInstanceOf(TokenizerException.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Cut anywhere, or with bytes changed: it is refused in words, or it is a tokenizer that
    /// reads.
    @Test
    void damagedFilesAreRefusedInWordsOrRead() throws IOException {
        byte[] whole = real();
        for (int length = 0; length < whole.length; length += 13) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(TokenizerException.class);
        }
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] hurt = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                hurt[random.nextInt(hurt.length)] = (byte) (32 + random.nextInt(95));
            }
            refused += reads(hurt, round) ? 0 : 1;
        }
        assertThat(refused).isBetween(200, 1900);
    }

    private static boolean reads(byte[] file, int round) {
        try {
            Tokenizer tokenizer = read(file);
            tokenizer.decode(tokenizer.encode("The quick brown fox, 123"));
            return true;
        } catch (TokenizerException e) {
            assertThat(e).as("round %d", round).hasMessageContaining("some/tokenizer.json");
            return false;
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).as("round %d", round).isNotBlank();
            return false;
        }
    }

    /// Each of forty letters that may be there doubles the ways that a backtracking engine tries;
    /// the limit counts looks.
    @Test
    void anEvilExpressionEndsInWords() throws IOException {
        ObjectNode root = (ObjectNode) MAPPER.readTree(real());
        ObjectNode splitter = root.putObject("pre_tokenizer").put("type", "Split");
        splitter.putObject("pattern").put("Regex", "a?".repeat(40) + "a".repeat(40));
        splitter.put("behavior", "Isolated").put("invert", false);
        Tokenizer evil = read(MAPPER.writeValueAsBytes(root));
        assertThat(evil.encode("aaaa")).isNotEmpty();
        assertThatThrownBy(() -> evil.encode("a".repeat(39) + "b", Encoding.PLAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes too long");
        refused(
                changed -> {
                    ObjectNode cut = changed.putObject("pre_tokenizer").put("type", "Split");
                    cut.putObject("pattern").put("Regex", "(");
                    cut.put("behavior", "Isolated").put("invert", false);
                },
                "is not understood");
    }

    @Test
    void aTokenizerWithMoreIdsThanAModelHasRowsIsRefusedWithBothNumbers() throws IOException {
        Tokenizer tokenizer = read(real());
        tokenizer.requireFits(300);
        assertThatThrownBy(() -> tokenizer.requireFits(200)).hasMessageContainingAll("299", "200");
    }

    @Test
    void aFolderWithoutATokenizerSaysWhatItLooksFor(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> TokenizerFolder.open(folder))
                .hasMessageContaining("has no tokenizer")
                .hasMessageContaining("tokenizer.json, tokenizer.model");
        Files.createDirectory(folder.resolve("tokenizer.model"));
        assertThatThrownBy(() -> TokenizerFolder.open(folder.resolve("tokenizer.model")))
                .isInstanceOf(TokenizerException.class);
    }
}
