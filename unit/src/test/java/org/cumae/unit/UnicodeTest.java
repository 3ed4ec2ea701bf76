package org.cumae.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.weights.WeightFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Whatever Unicode holds: tokenizers keep what they promise of it, and streams never cut it.
class UnicodeTest {
    private static final long SEED = 20250411;
    private static final int TEXTS = 400;

    /// Scripts, marks, pictures of several characters, spaces, controls, halves of characters, and
    /// what looks like a special token or a byte.
    private static final List<String> PARTS =
            List.of(
                    "a",
                    "The ",
                    "naïve",
                    "e\u0301",
                    "Ω",
                    "жизнь ",
                    "日本語",
                    "한국어",
                    "عربى",
                    "שלום",
                    "हिन्दी",
                    "\uD83D\uDE00",
                    "\uD83D\uDC69\u200D\uD83D\uDD2C",
                    "\uD83C\uDDEA\uD83C\uDDF8",
                    "\u0301\u0302\u0303",
                    " ",
                    "   ",
                    "\t",
                    "\n",
                    "\r\n",
                    "\u00A0",
                    "\u3000",
                    "\u200B",
                    "\uFEFF",
                    "\u0000",
                    "\u0007",
                    "\uFFFD",
                    "\uFFFE",
                    "\uE000",
                    "\uDBFF\uDFFF",
                    "\uD83D",
                    "\uDE00",
                    "\u2581",
                    "12345",
                    "'s",
                    "--",
                    "!?",
                    "<|endoftext|>",
                    "<|im_start|>",
                    "</s>",
                    "<s>",
                    "<unk>",
                    "<0x0A>",
                    "ﬁ",
                    "ı",
                    "ß");

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(PARTS.get(random.nextInt(PARTS.size())));
        }
        return text.toString();
    }

    private static Tokenizer open(String name) {
        Path path = name.startsWith("models/") ? TestFiles.data(name) : TestFiles.golden(name);
        if (!name.endsWith(".gguf")) {
            return TokenizerFolder.open(path).tokenizer();
        }
        try (WeightFile file = WeightFile.open(path)) {
            return GgufTokens.open(file.vocabulary().orElseThrow()).tokenizer();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/gpt2",
                "hf/llama",
                "hf/mistral",
                "hf/qwen2",
                "gguf/tiny-f32.gguf",
                "models/stories260K.gguf"
            })
    void tokenizersOfFilesKeepTheirPromise(String name) {
        keepsItsPromise(open(name));
    }

    @Test
    void tokenizersThatAreLearnedHereKeepTheirPromise() {
        keepsItsPromise(Bytes.BYTES);
        String all = String.join(" ", PARTS);
        keepsItsPromise(Characters.of(all));
        keepsItsPromise(PairTrainer.train(List.of(all, all), new PairTraining(330, 2, List.of())));
        assertThatThrownBy(() -> Characters.of("abc").encode("abd"))
                .hasMessageContaining("the character 'd'")
                .hasMessageContaining("offset 2");
    }

    private static void keepsItsPromise(Tokenizer tokenizer) {
        Random random = new Random(SEED);
        for (int i = 0; i < TEXTS; i++) {
            String text = text(random);
            int[] ids = tokenizer.encode(text, Encoding.PLAIN);
            String back = tokenizer.decode(ids);
            switch (tokenizer.promise()) {
                case EVERY_TEXT, KNOWN_CHARACTERS ->
                        assertThat(back)
                                .as("seed %d, text %d", SEED, i)
                                .isEqualTo(WellFormed.of(text));
                case NORMAL_FORM ->
                        assertThat(tokenizer.decode(tokenizer.encode(back, Encoding.PLAIN)))
                                .as("seed %d, text %d", SEED, i)
                                .isEqualTo(back);
                case GIST -> assertThat(back).isNotNull();
            }
            assertThat(IntStream.of(ids).filter(tokenizer.special()::contains))
                    .as("a look-alike of a special token is plain text")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/gpt2",
                "hf/llama",
                "hf/qwen2",
                "gguf/tiny-f32.gguf",
                "models/stories260K.gguf"
            })
    void piecesOfAStreamAreWholeCharactersAndTheTextTogether(String name) {
        Tokenizer tokenizer = open(name);
        Random random = new Random(SEED);
        for (int i = 0; i < TEXTS; i++) {
            streams(tokenizer, tokenizer.encode(text(random), Encoding.PLAIN));
            // and what no encoder would give: bytes that break off, and begin in the middle
            streams(tokenizer, random.ints(1 + i % 30, 0, tokenizer.size()).toArray());
        }
        streams(Bytes.BYTES, random.ints(5000, 0, 256).toArray());
    }

    private static void streams(Tokenizer tokenizer, int[] ids) {
        for (Decoding how : List.of(Decoding.TEXT, Decoding.VERBATIM, Decoding.CONTINUATION)) {
            Detokenizer stream = tokenizer.detokenizer(how);
            StringBuilder together = new StringBuilder();
            for (int id : ids) {
                String piece = stream.add(id);
                assertThat(isWellFormed(piece)).as("%s", how).isTrue();
                together.append(piece);
            }
            together.append(stream.end());
            assertThat(together.toString()).isEqualTo(tokenizer.decode(ids, how));
        }
    }

    private static boolean isWellFormed(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_16BE.newEncoder().encode(CharBuffer.wrap(text));
            return bytes.remaining() == 2 * text.length();
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /// Byte by byte: nothing comes before a character is whole, and all of it when it is.
    @Test
    void aCharacterComesWithItsLastByte() {
        Detokenizer stream = Bytes.BYTES.detokenizer(Decoding.TEXT);
        byte[] bytes = "a\uD83D\uDE00é".getBytes(StandardCharsets.UTF_8);
        StringBuilder seen = new StringBuilder();
        for (byte each : bytes) {
            seen.append(stream.add(each & 0xFF)).append('|');
        }
        assertThat(seen).hasToString("a||||\uD83D\uDE00||é|");
        Detokenizer cut = Bytes.BYTES.detokenizer(Decoding.TEXT);
        assertThat(cut.add(0xF0) + cut.add(0x9F)).isEmpty();
        assertThat(cut.end()).isEqualTo("\uFFFD");
        assertThatThrownBy(() -> cut.add(65)).hasMessageContaining("this stream has ended");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/gpt2", "hf/llama", "models/stories260K.gguf"})
    void aLongTextWithoutASpaceIsReadInReasonableTime(String name) {
        Tokenizer tokenizer = open(name);
        String text = "ab\u0301".repeat(100_000);
        assertThat(tokenizer.encode(text, Encoding.PLAIN))
                .hasSizeLessThanOrEqualTo(4 * text.length());
    }
}
