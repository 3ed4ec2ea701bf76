package org.cumae.unit;

import org.cumae.weights.GgufVocabulary;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;

/// The vocabulary in a GGUF file, as its metadata gives it.
///
/// @param model `llama` for SentencePiece by scores, `gpt2` for byte-level pairs
/// @param pre how text is cut before pairs are joined; see [CuttingRule]
/// @param tokens the tokens by id
/// @param scores their scores; empty for none
/// @param types their types, 1 (normal) to 6 (byte); empty for all normal
/// @param merges pairs to join, best first, as two parts with a space between
/// @param begin the id put before a text
/// @param ends the ids that end a text or a turn, the end of text proper first
/// @param unknown the id for what no other id stands for
/// @param padding the id that fills up rows
/// @param addBegin whether the begin is put before a text, where the file says
/// @param addEnd whether an end is put after a text, where the file says
/// @param addSpacePrefix whether a space is put before a text, where the file says
public record GgufTokens(
        String model,
        Optional<String> pre,
        List<String> tokens,
        List<Float> scores,
        List<Integer> types,
        List<String> merges,
        OptionalInt begin,
        SequencedSet<Integer> ends,
        OptionalInt unknown,
        OptionalInt padding,
        Optional<Boolean> addBegin,
        Optional<Boolean> addEnd,
        Optional<Boolean> addSpacePrefix) {
    /// Checks that the lists agree and every id has a token.
    ///
    /// @throws TokenizerException if not
    public GgufTokens {
        tokens = List.copyOf(tokens);
        scores = List.copyOf(scores);
        types = List.copyOf(types);
        merges = List.copyOf(merges);
        ends = new LinkedHashSet<>(ends);
        int size = tokens.size();
        requireOnePerToken("scores", scores.size(), size);
        requireOnePerToken("types", types.size(), size);
        requireToken("begin", begin, size);
        requireToken("unknown", unknown, size);
        requireToken("padding", padding, size);
        ends.forEach(it -> requireToken("end", OptionalInt.of(it), size));
    }

    private static void requireOnePerToken(String what, int count, int tokens) {
        if (count != 0 && count != tokens) {
            throw new TokenizerException(
                    "the GGUF vocabulary has %d %s for %d tokens; convert the model again",
                    count, what, tokens);
        }
    }

    private static void requireToken(String what, OptionalInt id, int tokens) {
        if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= tokens)) {
            throw new TokenizerException(
                    "the GGUF vocabulary has the %s id %d, but %d tokens; convert the model again",
                    what, id.getAsInt(), tokens);
        }
    }

    /// Takes what the weight file holds.
    public static GgufTokens of(GgufVocabulary vocabulary) {
        List<Float> scores = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.hasScores()) {
                scores.add(vocabulary.score(id));
            }
            types.add(vocabulary.kind(id).ordinal() + 1);
        }
        SequencedSet<Integer> ends = new LinkedHashSet<>();
        vocabulary.endOfText().ifPresent(ends::add);
        vocabulary.endOfTurn().ifPresent(ends::add);
        return new GgufTokens(
                vocabulary.model(),
                vocabulary.preTokenizer(),
                vocabulary.tokens(),
                scores,
                types,
                vocabulary.merges(),
                vocabulary.beginOfText(),
                ends,
                vocabulary.unknown(),
                vocabulary.padding(),
                vocabulary.addsBeginOfText(),
                vocabulary.addsEndOfText(),
                vocabulary.addsSpacePrefix());
    }

    /// The tokenizer of a GGUF file and its chat template.
    public static TokenizerFolder open(GgufVocabulary vocabulary) {
        Tokenizer tokenizer = of(vocabulary).tokenizer();
        SpecialTokens special = tokenizer.special();
        return new TokenizerFolder(
                tokenizer,
                ChatTemplates.of(
                        vocabulary.chatTemplate(),
                        special.begin().isPresent()
                                ? tokenizer.display(special.begin().getAsInt())
                                : "",
                        special.ends().isEmpty()
                                ? ""
                                : tokenizer.display(special.ends().getFirst())));
    }

    /// Builds the tokenizer.
    ///
    /// @throws TokenizerException if the model or the cutting rule is not known, or the parts do
    ///   not fit
    public Tokenizer tokenizer() {
        return switch (model) {
            case "llama" -> pieces();
            case "gpt2" -> byteLevelPairs();
            default ->
                    throw new TokenizerException(
                            "the GGUF vocabulary model %s is not known; known are llama (SentencePiece) and gpt2 (byte-level pairs)",
                            Visible.text(model));
        };
    }

    private PieceModel.Kind kind(int id) {
        return types.isEmpty() ? PieceModel.Kind.NORMAL : SentencePiece.kind(types.get(id));
    }

    private Subwords pieces() {
        if (scores.isEmpty()) {
            throw new TokenizerException(
                    "the GGUF vocabulary has no scores; convert the model again");
        }
        List<PieceModel.Piece> pieces = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            pieces.add(new PieceModel.Piece(tokens.get(id), scores.get(id), kind(id)));
        }
        PieceModel piecesModel =
                new PieceModel(
                        "GGUF (llama)",
                        PieceModel.Way.PAIRS,
                        pieces,
                        new PieceModel.Spaces(addSpacePrefix.orElse(true), true, false),
                        Optional.empty(),
                        new PieceModel.Roles(
                                begin,
                                ends,
                                padding,
                                addBegin.orElse(true) && begin.isPresent(),
                                addEnd.orElse(false) && !ends.isEmpty()));
        return piecesModel.tokenizer(
                new TokenizerFile(TokenizerFolder.MODEL, SentencePiece.write(piecesModel)));
    }

    private Tokenizer byteLevelPairs() {
        CuttingRule rule = CuttingRule.parse(pre.orElse("default"));
        ObjectNode root =
                TokenizerJsonWriter.byteLevelPairs(
                        tokens, merges.stream().map(GgufTokens::merge).toList(), rule.splitter());
        ((ObjectNode) root.get("model")).put("ignore_merges", rule.wholeTokensFirst());
        for (int id = 0; id < tokens.size(); id++) {
            PieceModel.Kind kind = kind(id);
            boolean special = kind == PieceModel.Kind.CONTROL || kind == PieceModel.Kind.UNKNOWN;
            if (special || kind == PieceModel.Kind.USER_DEFINED) {
                TokenizerJsonWriter.addSpecial(root, id, tokens.get(id), special);
            }
        }
        frame(root, rule);
        Tokenizer tokenizer =
                TokenizerJson.read("GGUF (gpt2)", TokenizerJsonWriter.file(root).content());
        if (!(tokenizer instanceof Subwords subwords)) {
            return tokenizer;
        }
        return subwords.withSpecial(
                new SpecialTokens(begin, ends, unknown, padding, subwords.special().all()));
    }

    private static PairSegmenter.Merge merge(String merge) {
        int space = merge.indexOf(' ', 1);
        if (space < 0) {
            throw new TokenizerException(
                    "the GGUF merge %s is not two parts with a space between", Visible.text(merge));
        }
        return new PairSegmenter.Merge(merge.substring(0, space), merge.substring(space + 1));
    }

    private void frame(ObjectNode root, CuttingRule rule) {
        boolean first = begin.isPresent() && addBegin.orElse(rule.beginsText());
        boolean last = !ends.isEmpty() && addEnd.orElse(false);
        if (!first && !last) {
            return;
        }
        ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = template.putArray("single");
        ObjectNode special = template.putObject("special_tokens");
        if (first) {
            place(single, special, begin.getAsInt());
        }
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        if (last) {
            place(single, special, ends.getFirst());
        }
        template.putArray("pair");
    }

    private void place(ArrayNode single, ObjectNode special, int id) {
        String token = tokens.get(id);
        single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
        ObjectNode entry = special.putObject(token).put("id", token);
        entry.putArray("ids").add(id);
        entry.putArray("tokens").add(token);
    }
}
