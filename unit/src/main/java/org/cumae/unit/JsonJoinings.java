package org.cumae.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Reads the `decoder` of a `tokenizer.json`.
///
/// A file describes its decoder for the whole list of tokens; here each step works on a stream.
/// Only what looks at the end of a text, or replaces something in a text already joined, has to
/// wait for it.
final class JsonJoinings {
    private JsonJoinings() {}

    /// Without a decoder tokens are words.
    static final Joining WORDS = Joinings.firstAndOthers(it -> it, it -> " " + it);

    static Joining read(JsonPart part) {
        List<Joining> steps = new ArrayList<>();
        boolean joined = false;
        for (JsonPart step : flat(part).toList()) {
            steps.add(joined ? onText(step) : onPieces(step));
            String type = step.text("type");
            joined = joined || type.equals("Fuse") || type.equals("ByteLevel");
        }
        return Joining.chain(steps);
    }

    private static Stream<JsonPart> flat(JsonPart part) {
        return part.text("type").equals("Sequence")
                ? part.items("decoders").stream().flatMap(JsonJoinings::flat)
                : Stream.of(part);
    }

    private static Joining onPieces(JsonPart part) {
        return switch (part.text("type")) {
            case "ByteLevel" -> Joinings.BYTE_LETTERS;
            case "ByteFallback" -> Joinings.BYTE_RUNS;
            case "Fuse" -> Joining.AS_IS;
            case "Replace" -> Joinings.each(JsonNormalizing.replace(part));
            case "Strip" -> Joinings.each(strip(part));
            case "Metaspace" -> {
                String mark = Character.toString(part.character("replacement"));
                boolean drops = JsonSplitters.prepend(part) != Splitters.Prepend.NEVER;
                yield Joinings.firstAndOthers(
                        it -> it.replace(mark, drops ? "" : " "), it -> it.replace(mark, " "));
            }
            case "WordPiece" -> {
                String prefix = part.text("prefix");
                UnaryOperator<String> tidy =
                        part.flag("cleanup", true) ? JsonJoinings::tidy : UnaryOperator.identity();
                yield Joinings.firstAndOthers(
                        tidy,
                        it ->
                                tidy.apply(
                                        it.startsWith(prefix)
                                                ? it.substring(prefix.length())
                                                : " " + it));
            }
            case "BPEDecoder" -> {
                String suffix = part.text("suffix");
                yield Joinings.lastAndOthers(
                        it -> it.replace(suffix, ""), it -> it.replace(suffix, " "));
            }
            case String other ->
                    throw part.wrong("the decoder %s is not known here", Visible.text(other));
        };
    }

    private static Joining onText(JsonPart part) {
        return switch (part.text("type")) {
            case "Fuse" -> Joining.AS_IS;
            case "Strip" -> {
                int content = part.character("content");
                Joining beginning = Joinings.stripBeginning(content, part.number("start"));
                int stop = part.number("stop");
                yield stop == 0
                        ? beginning
                        : Joining.chain(
                                List.of(
                                        beginning,
                                        Joinings.whole(it -> stripEnd(it, content, stop))));
            }
            case "Replace" -> Joinings.whole(JsonNormalizing.replace(part));
            case String other ->
                    throw part.wrong(
                            "the decoder %s after the text is joined is not known here",
                            Visible.text(other));
        };
    }

    private static UnaryOperator<String> strip(JsonPart part) {
        int content = part.character("content");
        int start = part.number("start");
        int stop = part.number("stop");
        return piece -> {
            int from = 0;
            for (int i = 0; i < start && from < piece.length(); i++) {
                if (piece.codePointAt(from) != content) {
                    break;
                }
                from += Character.charCount(content);
            }
            return stripEnd(piece.substring(from), content, stop);
        };
    }

    private static String stripEnd(String text, int content, int most) {
        int to = text.length();
        for (int i = 0; i < most && to > 0 && text.codePointBefore(to) == content; i++) {
            to -= Character.charCount(content);
        }
        return text.substring(0, to);
    }

    /// Closes the gaps that splitting English left.
    private static String tidy(String text) {
        return text.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" do not", " don't")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }
}
