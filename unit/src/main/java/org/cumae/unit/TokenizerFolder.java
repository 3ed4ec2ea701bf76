package org.cumae.unit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/// A model's directory as far as its tokenizer goes: `tokenizer.json` or SentencePiece's
/// `tokenizer.model`, and beside it `tokenizer_config.json`, `special_tokens_map.json` and
/// `chat_template.jinja` where they are there.
///
/// @param tokenizer the tokenizer, with the special ids that the files beside it name
/// @param templates the chat templates
public record TokenizerFolder(Tokenizer tokenizer, ChatTemplates templates) {
    static final String JSON = "tokenizer.json";
    static final String MODEL = "tokenizer.model";

    private static final List<String> SENTENCE_PIECE =
            List.of(MODEL, "spiece.model", "sentencepiece.bpe.model");
    private static final String CONFIG = "tokenizer_config.json";
    private static final String SPECIAL = "special_tokens_map.json";
    private static final String TEMPLATE = "chat_template.jinja";

    /// Reads a directory, or one tokenizer file.
    ///
    /// @throws TokenizerException naming the file, the place and what is wrong there
    public static TokenizerFolder open(Path path) {
        Path folder = Files.isDirectory(path) ? path : path.resolveSibling("");
        List<JsonPart> beside =
                List.of(CONFIG, SPECIAL).stream()
                        .map(folder::resolve)
                        .filter(Files::isRegularFile)
                        .map(it -> JsonPart.parse(it.toString(), bytes(it)))
                        .toList();
        Tokenizer tokenizer = read(Files.isDirectory(path) ? tokenizerFile(path) : path, beside);
        String begin = token(beside, "bos_token");
        String end = token(beside, "eos_token");
        ChatTemplates templates = new ChatTemplates(templates(folder, beside), begin, end);
        if (tokenizer instanceof Subwords subwords) {
            tokenizer =
                    subwords.withSpecial(special(subwords, begin, end, token(beside, "pad_token")));
        }
        return new TokenizerFolder(tokenizer, templates);
    }

    private static Tokenizer read(Path file, List<JsonPart> beside) {
        byte[] content = bytes(file);
        if (file.toString().endsWith(".json")) {
            return TokenizerJson.read(file.toString(), content);
        }
        // A .model file does not say what goes around a text; the Python class of its family does.
        String family =
                beside.stream()
                        .map(it -> it.text("tokenizer_class", ""))
                        .collect(Collectors.joining());
        return SentencePiece.read(
                file.toString(),
                content,
                flag(beside, "add_bos_token", family.contains("Llama") || family.contains("Gemma")),
                flag(beside, "add_eos_token", family.contains("T5")));
    }

    private static boolean flag(List<JsonPart> files, String name, boolean missing) {
        return files.stream()
                .filter(it -> it.child(name).isPresent())
                .findFirst()
                .map(it -> it.flag(name, missing))
                .orElse(missing);
    }

    private static Path tokenizerFile(Path folder) {
        List<String> names = new ArrayList<>(List.of(JSON));
        names.addAll(SENTENCE_PIECE);
        return names.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(
                        () ->
                                new TokenizerException(
                                        "%s has no tokenizer; one of %s should be in it",
                                        folder, String.join(", ", names)));
    }

    private static byte[] bytes(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TokenizerException("%s is not a file; give a tokenizer file", file);
            }
            long size = Files.size(file);
            if (size > JsonPart.MOST_BYTES) {
                throw new TokenizerException(
                        "%s has %d bytes; %d are the most a tokenizer file may have",
                        file, size, JsonPart.MOST_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read: %s".formatted(file, e), e);
        }
    }

    /// A special token, which a file gives as a text or as an object with its text.
    private static String token(List<JsonPart> files, String name) {
        return files.stream()
                .flatMap(it -> it.child(name).stream())
                .map(it -> it.node().isObject() ? it.text("content") : it.text())
                .findFirst()
                .orElse("");
    }

    private static SpecialTokens special(
            Subwords tokenizer, String begin, String end, String padding) {
        SpecialTokens known = tokenizer.special();
        OptionalInt first = id(tokenizer, begin);
        OptionalInt fill = id(tokenizer, padding);
        SequencedSet<Integer> ends = new LinkedHashSet<>();
        id(tokenizer, end).ifPresent(ends::add);
        ends.addAll(known.ends());
        return known.withBegin(first.isPresent() ? first : known.begin())
                .withEnds(ends)
                .withPadding(fill.isPresent() ? fill : known.padding());
    }

    private static OptionalInt id(Subwords tokenizer, String token) {
        int id = token.isEmpty() ? -1 : tokenizer.idOf(token);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// One template as a text, or a list of named ones; a file of its own comes before both.
    private static Map<String, String> templates(Path folder, List<JsonPart> files) {
        Map<String, String> templates = new LinkedHashMap<>();
        Optional<JsonPart> part =
                files.stream().flatMap(it -> it.child("chat_template").stream()).findFirst();
        if (part.isPresent() && part.get().node().isString()) {
            templates.put("default", part.get().text());
        } else if (part.isPresent()) {
            part.get().items().forEach(it -> templates.put(it.text("name"), it.text("template")));
        }
        Path file = folder.resolve(TEMPLATE);
        if (Files.isRegularFile(file)) {
            templates.put("default", new String(bytes(file), StandardCharsets.UTF_8));
        }
        return templates;
    }

    /// Writes this tokenizer into a model's directory, so that [#open] and other tools find it
    /// there. Each file is written beside and renamed: it is there whole or not at all.
    public void save(Path folder) {
        TokenizerFile file = tokenizer.file();
        write(folder.resolve(file.name()), file.content());
        write(folder.resolve(CONFIG), TokenizerJsonWriter.config(tokenizer, templates));
    }

    /// Writes a tokenizer that has no chat template.
    public static void save(Tokenizer tokenizer, Path folder) {
        new TokenizerFolder(tokenizer, ChatTemplates.NONE).save(folder);
    }

    private static void write(Path file, byte[] content) {
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel =
                    FileChannel.open(
                            beside,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written: %s".formatted(file, e), e);
        }
    }
}
