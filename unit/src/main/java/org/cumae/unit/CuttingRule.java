package org.cumae.unit;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How a byte-level vocabulary in a GGUF file wants text cut; the file gives one of the names.
enum CuttingRule {
    /// What older files, which do not say, are read with.
    DEFAULT(
            false,
            false,
            List.of("default"),
            "[\\p{P}\\$\\+<=>\\^~\\|]+",
            Patterns.GPT2,
            "\\p{N}+",
            "[0-9][0-9][0-9]"),
    GPT2(
            false,
            false,
            List.of(
                    "gpt-2",
                    "phi-2",
                    "mpt",
                    "olmo",
                    "jais",
                    "trillion",
                    "granite-docling",
                    "roberta-bpe"),
            Patterns.GPT2),
    LLAMA3(
            true,
            true,
            List.of(
                    "llama-bpe",
                    "llama3",
                    "llama-v3",
                    "falcon3",
                    "falcon-h1",
                    "pixtral",
                    "midm-2.0",
                    "lfm2"),
            Patterns.CONTRACTIONS
                    + Patterns.WORDS
                    + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + Patterns.SPACES),
    QWEN2(
            false,
            false,
            List.of("qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "solar-open"),
            Patterns.CONTRACTIONS
                    + Patterns.WORDS
                    + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + Patterns.SPACES),
    GPT4(
            false,
            false,
            List.of("dbrx", "smaug-bpe", "chatglm-bpe", "glm4"),
            Patterns.CONTRACTIONS
                    + Patterns.WORDS
                    + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + Patterns.SPACES),
    GPT4O(
            false,
            false,
            List.of("gpt-4o", "llama4", "kanana2"),
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                    + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                    + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                    + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
                    + Patterns.SPACES),
    TEKKEN(
            true,
            true,
            List.of("tekken"),
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                    + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
                    + Patterns.SPACES),
    DIGITS_THEN_GPT2(
            false,
            false,
            List.of(
                    "starcoder",
                    "refact",
                    "command-r",
                    "smollm",
                    "codeshell",
                    "exaone",
                    "minerva-7b"),
            "\\p{N}",
            Patterns.GPT2),
    FALCON(
            false,
            false,
            List.of("falcon"),
            "[\\p{P}\\$\\+<=>\\^~\\|`]+",
            Patterns.GPT2,
            "[0-9][0-9][0-9]"),
    DEEPSEEK3(
            false,
            false,
            List.of("deepseek-v3", "hunyuan-dense", "joyai-llm"),
            "\\p{N}{1,3}",
            "[\\u4E00-\\u9FA5\\u3040-\\u309F\\u30A0-\\u30FF]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                    + "| ?[\\p{P}\\p{S}]+[\\r\\n]*"
                    + Patterns.SPACES);

    /// Parts that several rules share.
    private static final class Patterns {
        private static final String GPT2 =
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
        private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        private static final String WORDS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
        private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    private final boolean wholeTokensFirst;
    private final boolean beginsText;
    private final List<String> names;
    private final List<String> patterns;

    CuttingRule(
            boolean wholeTokensFirst, boolean beginsText, List<String> names, String... patterns) {
        this.wholeTokensFirst = wholeTokensFirst;
        this.beginsText = beginsText;
        this.names = names;
        this.patterns = List.of(patterns);
    }

    /// @throws TokenizerException if no rule has the name; the message lists the names
    static CuttingRule parse(String name) {
        return Arrays.stream(values())
                .filter(it -> it.names.contains(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new TokenizerException(
                                        "the GGUF file wants text cut by %s, which is not known; known are %s",
                                        Visible.text(name),
                                        Arrays.stream(values())
                                                .flatMap(it -> it.names.stream())
                                                .collect(Collectors.joining(", "))));
    }

    /// Whether a stretch that is a token is that token, whatever the merges say.
    boolean wholeTokensFirst() {
        return wholeTokensFirst;
    }

    /// Whether the begin is put before a text unless the file says otherwise.
    boolean beginsText() {
        return beginsText;
    }

    /// The rule as a `tokenizer.json` has it.
    ObjectNode splitter() {
        ObjectNode sequence = JsonPart.MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        for (String pattern : patterns) {
            ObjectNode step = steps.addObject().put("type", "Split");
            step.putObject("pattern").put("Regex", pattern);
            step.put("behavior", "Isolated").put("invert", false);
        }
        steps.add(TokenizerJsonWriter.byteLevel(false));
        return sequence;
    }
}
