package org.cumae.weights;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The tokenizer inside a GGUF file: its tokens and what the file says of them. How text becomes
/// tokens is for the reader of this to know; [#model] names the way.
public final class GgufVocabulary {
    /// What a token is.
    public enum Kind {
        /// A piece of text.
        NORMAL(1),
        /// Stands for text that no other token covers.
        UNKNOWN(2),
        /// Steers the model, such as begin and end of text; never part of a text.
        CONTROL(3),
        /// A piece of text that is recognised before all others.
        USER_DEFINED(4),
        /// A place that is kept free.
        UNUSED(5),
        /// One byte.
        BYTE(6);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /// The number that stands for the kind in a file.
        int number() {
            return number;
        }
    }

    private static final String PREFIX = "tokenizer.ggml.";
    private static final long NO_TOKEN = 0xFFFF_FFFFL;

    private final Metadata metadata;
    private final String model;
    private final List<String> tokens;
    private final float[] scores;
    private final byte[] kinds;

    private GgufVocabulary(Metadata metadata) {
        this.metadata = metadata;
        this.model = metadata.requireText(PREFIX + "model");
        this.tokens = metadata.requireTexts(PREFIX + "tokens");
        if (tokens.isEmpty()) {
            throw new WeightFileException(
                    metadata.file(),
                    "metadata '%stokens' is empty; a tokenizer has tokens",
                    PREFIX);
        }
        this.scores = scores();
        this.kinds = kinds();
        for (String name :
                List.of("bos_token_id", "eos_token_id", "unknown_token_id", "eot_token_id")) {
            token(name);
        }
    }

    /// The tokenizer of a file, where it has one.
    static Optional<GgufVocabulary> of(Metadata metadata) {
        boolean present =
                metadata.has(PREFIX + "tokens")
                        || metadata.text(PREFIX + "model")
                                .filter(it -> !it.equals("none"))
                                .isPresent();
        return present ? Optional.of(new GgufVocabulary(metadata)) : Optional.empty();
    }

    private float[] scores() {
        Optional<MetadataValue.Numbers> numbers = perToken("scores");
        float[] values = new float[numbers.map(MetadataValue.Numbers::size).orElse(0)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers.orElseThrow().real(i);
        }
        return values;
    }

    private byte[] kinds() {
        Optional<MetadataValue.Numbers> numbers = perToken("token_type");
        byte[] values = new byte[tokens.size()];
        Arrays.fill(values, (byte) Kind.NORMAL.number());
        for (int i = 0; numbers.isPresent() && i < values.length; i++) {
            long number = numbers.get().whole(i);
            if (number < 1 || number > Kind.values().length) {
                throw new WeightFileException(
                        metadata.file(),
                        "metadata '%stoken_type' gives token %d the number %d; it must be 1 to %d",
                        PREFIX,
                        i,
                        number,
                        Kind.values().length);
            }
            values[i] = (byte) number;
        }
        return values;
    }

    private Optional<MetadataValue.Numbers> perToken(String name) {
        Optional<MetadataValue.Numbers> numbers = metadata.numbers(PREFIX + name);
        if (numbers.isPresent() && numbers.get().size() != tokens.size()) {
            throw new WeightFileException(
                    metadata.file(),
                    "metadata '%s%s' has %d entries for %d tokens; convert the model again",
                    PREFIX,
                    name,
                    numbers.get().size(),
                    tokens.size());
        }
        return numbers;
    }

    /// How text becomes tokens: `llama` for SentencePiece with scores, `gpt2` for byte-level pairs,
    /// and others.
    public String model() {
        return model;
    }

    /// How text is cut before pairs are joined, such as `llama-bpe` or `qwen2`.
    public Optional<String> preTokenizer() {
        return metadata.text(PREFIX + "pre");
    }

    /// How many tokens there are.
    public int size() {
        return tokens.size();
    }

    /// All tokens by id.
    public List<String> tokens() {
        return tokens;
    }

    /// Whether tokens have scores.
    public boolean hasScores() {
        return scores.length > 0;
    }

    /// The score of a token; the higher, the sooner it is joined. 0 where the file has none.
    public float score(int id) {
        return hasScores() ? scores[id] : 0;
    }

    /// What a token is.
    public Kind kind(int id) {
        return Kind.values()[kinds[id] - 1];
    }

    /// Pairs to join, best first, each as two parts with a space between; empty where scores
    /// decide.
    public List<String> merges() {
        return metadata.texts(PREFIX + "merges").orElse(List.of());
    }

    /// The token that begins a text.
    public OptionalInt beginOfText() {
        return token("bos_token_id");
    }

    /// The token that ends a text.
    public OptionalInt endOfText() {
        return token("eos_token_id");
    }

    /// The token that ends a turn of a conversation.
    public OptionalInt endOfTurn() {
        return token("eot_token_id");
    }

    /// The token for text that no other token covers.
    public OptionalInt unknown() {
        return token("unknown_token_id");
    }

    /// The token that fills up short rows.
    public OptionalInt padding() {
        return token("padding_token_id");
    }

    /// Whether the file asks for the begin token before a text, where it says.
    public Optional<Boolean> addsBeginOfText() {
        return metadata.flag(PREFIX + "add_bos_token");
    }

    /// Whether the file asks for the end token after a text, where it says.
    public Optional<Boolean> addsEndOfText() {
        return metadata.flag(PREFIX + "add_eos_token");
    }

    /// Whether the file asks for a space before a text, where it says.
    public Optional<Boolean> addsSpacePrefix() {
        return metadata.flag(PREFIX + "add_space_prefix");
    }

    /// The template that turns a conversation into a text.
    public Optional<String> chatTemplate() {
        return metadata.text("tokenizer.chat_template");
    }

    /// An id from the metadata; the largest 32-bit number means "none".
    private OptionalInt token(String name) {
        MetadataValue value = metadata.values().get(PREFIX + name);
        if (value instanceof MetadataValue.Whole whole
                && (whole.value() == NO_TOKEN || whole.value() == -1)) {
            return OptionalInt.empty();
        }
        OptionalInt id = metadata.count(PREFIX + name);
        if (id.isPresent() && id.getAsInt() >= tokens.size()) {
            throw new WeightFileException(
                    metadata.file(),
                    "metadata '%s%s' is %d, but there are %d tokens; convert the model again",
                    PREFIX,
                    name,
                    id.getAsInt(),
                    tokens.size());
        }
        return id;
    }
}
