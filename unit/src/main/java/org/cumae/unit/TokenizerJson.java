package org.cumae.unit;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// Reads `tokenizer.json`, the format of the Hugging Face tokenizers.
///
/// Everything is checked here, at load, so that no text can meet a broken part later. Settings for
/// padding and truncation are not read: what is fed to a model is its caller's to say.
final class TokenizerJson {
    private final JsonPart root;
    private final JsonPart model;
    private final Vocabulary vocabulary;
    private final List<AddedTokens.Added> added;
    private final Map<Integer, String> addedById = new HashMap<>();

    private TokenizerJson(JsonPart root) {
        this.root = root;
        this.model = root.require("model");
        this.vocabulary = vocabulary();
        this.added = added();
    }

    /// @param file the file's name, for messages
    /// @throws TokenizerException naming the place in the file and what is wrong there
    static Tokenizer read(String file, byte[] content) {
        return read(JsonPart.parse(file, content), content);
    }

    private static Tokenizer read(JsonPart root, byte[] content) {
        TokenizerJson json = new TokenizerJson(root);
        Optional<Tokenizer> simple = json.simple();
        return simple.isPresent()
                ? simple.get()
                : json.subwords(new TokenizerFile(TokenizerFolder.JSON, content));
    }

    private Subwords subwords(TokenizerFile saved) {
        Joining joining = root.child("decoder").map(JsonJoinings::read).orElse(JsonJoinings.WORDS);
        JsonFraming framing = JsonFraming.read(root.child("post_processor"), size());
        return new Subwords(
                new Subwords.Parts(
                        "tokenizer.json (%s)".formatted(modelType()),
                        size(),
                        id -> addedById.getOrDefault(id, vocabulary.token(id)),
                        this::bytes,
                        added,
                        root.child("normalizer")
                                .map(JsonNormalizing::read)
                                .orElse(UnaryOperator.identity()),
                        root.child("pre_tokenizer").map(JsonSplitters::read).orElse(Splitter.WHOLE),
                        segmenter(),
                        joining,
                        framing.before(),
                        framing.after(),
                        special(framing),
                        promise(),
                        () -> saved));
    }

    /// Characters and bytes are written in this format too, and are themselves again when read.
    private Optional<Tokenizer> simple() {
        boolean bare =
                modelType().equals("BPE")
                        && model.items("merges").isEmpty()
                        && added.isEmpty()
                        && model.child("unk_token").isEmpty()
                        && !model.flag("byte_fallback", false)
                        && root.child("normalizer").isEmpty()
                        && root.child("post_processor").isEmpty();
        if (!bare) {
            return Optional.empty();
        }
        List<String> tokens = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            String token = vocabulary.token(id);
            if (token == null || !Characters.isOne(token)) {
                return Optional.empty();
            }
            tokens.add(token);
        }
        if (root.child("pre_tokenizer").isEmpty() && decoderIs("Fuse")) {
            return Optional.of(Characters.inOrder(tokens));
        }
        boolean letters = decoderIs("ByteLevel") && tokens.equals(TokenizerJsonWriter.letters());
        return letters ? Optional.of(Bytes.BYTES) : Optional.empty();
    }

    private boolean decoderIs(String type) {
        return root.child("decoder").filter(it -> it.text("type").equals(type)).isPresent();
    }

    /// Old files leave the type out.
    private String modelType() {
        if (model.child("type").isPresent()) {
            return model.text("type");
        }
        return model.child("merges").isPresent() ? "BPE" : "WordPiece";
    }

    private int size() {
        return Math.max(
                vocabulary.size(),
                added.stream().mapToInt(AddedTokens.Added::id).max().orElse(-1) + 1);
    }

    private Vocabulary vocabulary() {
        JsonPart part = model.require("vocab");
        Map<String, Integer> ids = HashMap.newHashMap(part.node().size());
        if (part.node().isArray()) {
            List<JsonPart> rows = part.items();
            for (int id = 0; id < rows.size(); id++) {
                List<JsonPart> row = rows.get(id).items();
                if (row.size() != 2) {
                    throw rows.get(id).wrong("it should be a token and its score");
                }
                if (ids.put(row.getFirst().text(), id) != null) {
                    throw rows.get(id)
                            .wrong("the token %s comes twice", Visible.text(row.getFirst().text()));
                }
            }
        } else if (part.node().isObject()) {
            for (Map.Entry<String, JsonNode> entry : part.node().properties()) {
                if (!entry.getValue().isIntegralNumber() || !entry.getValue().canConvertToInt()) {
                    throw part.wrong("the id of %s is no number", Visible.text(entry.getKey()));
                }
                ids.put(entry.getKey(), entry.getValue().intValue());
            }
        } else {
            throw part.wrong("it should be an object of tokens and ids");
        }
        try {
            return Vocabulary.of(ids);
        } catch (TokenizerException e) {
            throw part.wrong("%s", e.getMessage());
        }
    }

    private List<AddedTokens.Added> added() {
        List<AddedTokens.Added> tokens = new ArrayList<>();
        Map<String, Integer> idOfContent = new HashMap<>();
        for (JsonPart part : root.items("added_tokens")) {
            int id = part.number("id");
            String content = part.text("content");
            if (content.isEmpty()) {
                throw part.wrong(
                        "an added token is the empty text; every text would be full of it");
            }
            if (id < 0 || id >= Vocabulary.MOST) {
                throw part.wrong("id is %d; ids are 0 to %d", id, Vocabulary.MOST - 1);
            }
            String other = addedById.getOrDefault(id, vocabulary.token(id));
            if (other != null && !other.equals(content)) {
                throw part.wrong(
                        "%s has id %d, but so has %s",
                        Visible.text(content), id, Visible.text(other));
            }
            Integer before = idOfContent.put(content, id);
            if (before != null && before != id) {
                throw part.wrong("%s has the ids %d and %d", Visible.text(content), before, id);
            }
            addedById.put(id, content);
            if (before == null) {
                tokens.add(
                        new AddedTokens.Added(
                                id,
                                content,
                                part.flag("special", false),
                                part.flag("normalized", !part.flag("special", false)),
                                part.flag("single_word", false),
                                part.flag("lstrip", false),
                                part.flag("rstrip", false)));
            }
        }
        return tokens;
    }

    private Segmenter segmenter() {
        try {
            return switch (modelType()) {
                case "BPE" -> pairs();
                case "Unigram" -> unigram();
                case "WordPiece" ->
                        new WordPieceSegmenter(
                                vocabulary,
                                unknown(model.text("unk_token", "[UNK]")),
                                model.text("continuing_subword_prefix", "##"),
                                model.child("max_input_chars_per_word")
                                        .map(JsonPart::number)
                                        .orElse(100));
                case "WordLevel" -> {
                    int unknown = vocabulary.id(model.text("unk_token", "<unk>"));
                    yield (text, out) -> {
                        int id = vocabulary.has(text) ? vocabulary.id(text) : unknown;
                        if (id < 0) {
                            throw new IllegalArgumentException(
                                    "the word %s has no id in this tokenizer, which has no token for unknown words"
                                            .formatted(Visible.text(text)));
                        }
                        out.add(id);
                    };
                }
                case String other ->
                        throw new TokenizerException(
                                "the type %s is not known; known are BPE, Unigram, WordPiece, WordLevel",
                                Visible.text(other));
            };
        } catch (TokenizerException e) {
            throw String.valueOf(e.getMessage()).startsWith(root.file())
                    ? e
                    : model.wrong("%s", e.getMessage());
        }
    }

    private int unknown(String token) {
        if (!vocabulary.has(token)) {
            throw model.wrong(
                    "the token for unknown text, %s, is not in the vocabulary",
                    Visible.text(token));
        }
        return vocabulary.id(token);
    }

    private PairSegmenter pairs() {
        if (model.child("dropout").filter(it -> it.real() > 0).isPresent()) {
            throw model.wrong(
                    "it drops merges at random, which is for training only; set dropout to null");
        }
        List<PairSegmenter.Merge> merges = new ArrayList<>();
        for (JsonPart part : model.items("merges")) {
            merges.add(merge(part));
        }
        return new PairSegmenter(
                vocabulary,
                merges,
                new PairSegmenter.Rules(
                        model.flag("ignore_merges", false),
                        model.flag("byte_fallback", false),
                        model.child("unk_token").map(it -> unknown(it.text())).orElse(-1),
                        model.flag("fuse_unk", false),
                        model.text("continuing_subword_prefix", ""),
                        model.text("end_of_word_suffix", "")));
    }

    /// A merge is a pair of texts, or in older files one text with a space in it.
    private static PairSegmenter.Merge merge(JsonPart part) {
        if (part.node().isArray()) {
            List<JsonPart> pair = part.items();
            if (pair.size() != 2) {
                throw part.wrong("a merge is of 2 tokens, not %d", pair.size());
            }
            return new PairSegmenter.Merge(pair.get(0).text(), pair.get(1).text());
        }
        String text = part.text();
        int space = text.indexOf(' ');
        if (space < 0 || space != text.lastIndexOf(' ')) {
            throw part.wrong(
                    "the merge %s is not two tokens with a space between", Visible.text(text));
        }
        return new PairSegmenter.Merge(text.substring(0, space), text.substring(space + 1));
    }

    private UnigramSegmenter unigram() {
        List<JsonPart> rows = model.require("vocab").items();
        float[] scores = new float[rows.size()];
        for (int id = 0; id < scores.length; id++) {
            scores[id] = (float) rows.get(id).items().get(1).real();
        }
        int unknown = model.child("unk_id").map(JsonPart::number).orElse(-1);
        if (unknown >= scores.length) {
            throw model.wrong("unk_id is %d, but there are %d tokens", unknown, scores.length);
        }
        // A special token is never a part of a text, however it is written there.
        UnigramSegmenter.Builder pieces = new UnigramSegmenter.Builder();
        for (int id = 0; id < scores.length; id++) {
            String token = vocabulary.token(id);
            if (token != null && id != unknown && !isSpecial(id)) {
                pieces.add(token, id, scores[id]);
            }
        }
        return pieces.build(
                unknown, model.flag("byte_fallback", false) ? vocabulary.byteIds() : new int[0]);
    }

    private boolean isSpecial(int id) {
        return added.stream().anyMatch(it -> it.id() == id && it.special());
    }

    private SpecialTokens special(JsonFraming framing) {
        TreeSet<Integer> all = new TreeSet<>(framing.before());
        all.addAll(framing.after());
        added.stream().filter(AddedTokens.Added::special).forEach(it -> all.add(it.id()));
        OptionalInt unknown =
                model.child("unk_token").filter(it -> it.node().isString()).stream()
                        .mapToInt(it -> vocabulary.id(it.text()))
                        .filter(it -> it >= 0)
                        .findFirst();
        OptionalInt begin =
                framing.before().isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(framing.before().getFirst());
        return new SpecialTokens(begin, new LinkedHashSet<>(), unknown, OptionalInt.empty(), all);
    }

    private byte[] bytes(int id) {
        String token = addedById.get(id);
        if (token != null) {
            return Subwords.utf8(token);
        }
        token = vocabulary.token(id);
        if (token == null) {
            return new byte[0];
        }
        if (decoderHas("ByteLevel")) {
            return ByteLetters.bytes(token);
        }
        int octet = decoderHas("ByteFallback") ? BytePieces.octet(token) : -1;
        if (octet >= 0) {
            return new byte[] {(byte) octet};
        }
        // As any piece but the first: the first one's space may be taken away.
        Detokenizer middle =
                new Detokenizer(
                        it -> Objects.requireNonNullElse(vocabulary.token(it), ""),
                        root.child("decoder").map(JsonJoinings::read).orElse(JsonJoinings.WORDS),
                        Decoding.CONTINUATION);
        return Subwords.utf8(middle.add(id) + middle.end());
    }

    private boolean decoderHas(String type) {
        return has(root.child("decoder"), type);
    }

    private static boolean has(Optional<JsonPart> part, String type) {
        return part.isPresent()
                && (part.get().text("type").equals(type)
                        || part.get().items("decoders").stream()
                                .anyMatch(it -> has(Optional.of(it), type))
                        || part.get().items("pretokenizers").stream()
                                .anyMatch(it -> has(Optional.of(it), type)));
    }

    private Promise promise() {
        Optional<JsonPart> splitter = root.child("pre_tokenizer");
        boolean bytes =
                modelType().equals("BPE")
                        && decoderHas("ByteLevel")
                        && has(splitter, "ByteLevel")
                        && TokenizerJsonWriter.letters().stream().allMatch(vocabulary::has);
        boolean keeps =
                !splitter.map(it -> it.node().toString()).orElse("").contains("\"Removed\"");
        if (bytes && keeps) {
            boolean exact =
                    root.child("normalizer").isEmpty()
                            && !splitter.orElseThrow()
                                    .node()
                                    .toString()
                                    .contains("\"add_prefix_space\":true");
            return exact && added.stream().noneMatch(it -> it.stripLeft() || it.stripRight())
                    ? Promise.EVERY_TEXT
                    : Promise.NORMAL_FORM;
        }
        boolean fallback = decoderHas("ByteFallback") && vocabulary.byteIds().length > 0;
        return fallback && keeps ? Promise.NORMAL_FORM : Promise.GIST;
    }
}
