package org.cumae.unit;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Writes `tokenizer.json`: our own tokenizers in a form that other tools read too.
final class TokenizerJsonWriter {
    private TokenizerJsonWriter() {}

    /// The letters of all bytes in order.
    static List<String> letters() {
        return IntStream.range(0, 256)
                .mapToObj(it -> String.valueOf(ByteLetters.letter(it)))
                .toList();
    }

    static TokenizerFile bytes() {
        ObjectNode root = root(pairs(letters(), List.of()));
        root.set("pre_tokenizer", byteLevel(false));
        root.set("decoder", byteLevel(false));
        return file(root);
    }

    static TokenizerFile characters(List<String> characters) {
        ObjectNode root = root(pairs(characters, List.of()));
        root.putObject("decoder").put("type", "Fuse");
        return file(root);
    }

    /// Byte-level pairs.
    ///
    /// @param splitter how text is cut, without the spelling in letters
    static ObjectNode byteLevelPairs(
            List<String> tokens, Collection<PairSegmenter.Merge> merges, ObjectNode splitter) {
        ObjectNode root = root(pairs(tokens, merges));
        root.set("pre_tokenizer", splitter);
        root.set("decoder", byteLevel(false));
        return root;
    }

    /// Cuts like GPT-2.
    static ObjectNode byteLevel(boolean cut) {
        return JsonPart.MAPPER
                .createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", cut);
    }

    static void addSpecial(ObjectNode root, int id, String content, boolean special) {
        root.withArray("/added_tokens")
                .addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", special);
    }

    private static ObjectNode root(ObjectNode model) {
        ObjectNode root = JsonPart.MAPPER.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        root.putArray("added_tokens");
        root.putNull("normalizer");
        root.putNull("pre_tokenizer");
        root.putNull("post_processor");
        root.putNull("decoder");
        root.set("model", model);
        return root;
    }

    private static ObjectNode pairs(List<String> tokens, Collection<PairSegmenter.Merge> merges) {
        ObjectNode model = JsonPart.MAPPER.createObjectNode();
        model.put("type", "BPE");
        model.putNull("dropout");
        model.putNull("unk_token");
        model.putNull("continuing_subword_prefix");
        model.putNull("end_of_word_suffix");
        model.put("fuse_unk", false);
        model.put("byte_fallback", false);
        model.put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode pairs = model.putArray("merges");
        merges.forEach(it -> pairs.addArray().add(it.left()).add(it.right()));
        return model;
    }

    static TokenizerFile file(ObjectNode root) {
        return new TokenizerFile(TokenizerFolder.JSON, JsonPart.MAPPER.writeValueAsBytes(root));
    }

    /// `tokenizer_config.json`.
    static byte[] config(Tokenizer tokenizer, ChatTemplates templates) {
        ObjectNode config = JsonPart.MAPPER.createObjectNode();
        boolean json = tokenizer.file().name().equals(TokenizerFolder.JSON);
        config.put("tokenizer_class", json ? "PreTrainedTokenizerFast" : "LlamaTokenizer");
        config.put("clean_up_tokenization_spaces", false);
        SpecialTokens special = tokenizer.special();
        List<Integer> frame = IntStream.of(tokenizer.encode("")).boxed().toList();
        if (!json) {
            config.put(
                    "add_bos_token",
                    frame.stream().anyMatch(it -> special.begin().equals(OptionalInt.of(it))));
            config.put("add_eos_token", frame.stream().anyMatch(special.ends()::contains));
        }
        special.begin().ifPresent(it -> config.put("bos_token", tokenizer.display(it)));
        if (!special.ends().isEmpty()) {
            config.put("eos_token", tokenizer.display(special.ends().getFirst()));
        }
        special.unknown().ifPresent(it -> config.put("unk_token", tokenizer.display(it)));
        special.padding().ifPresent(it -> config.put("pad_token", tokenizer.display(it)));
        if (templates.byName().size() == 1 && templates.template().isPresent()) {
            config.put("chat_template", templates.template().get());
        } else if (!templates.byName().isEmpty()) {
            ArrayNode list = config.putArray("chat_template");
            templates
                    .byName()
                    .forEach((name, it) -> list.addObject().put("name", name).put("template", it));
        }
        return JsonPart.MAPPER.writeValueAsBytes(config);
    }
}
