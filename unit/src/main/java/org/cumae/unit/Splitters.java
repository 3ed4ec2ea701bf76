package org.cumae.unit;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/// The ways to cut, named as `tokenizer.json` names its pre-tokenizers.
final class Splitters {
    private Splitters() {}

    /// How GPT-2 cuts: contractions, words, numbers and signs with the space before them, spaces.
    static final BoundedRegex GPT2 =
            BoundedRegex.of(
                    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    /// What becomes of the matches of a pattern.
    enum Behaviour {
        REMOVED,
        ISOLATED,
        MERGED_WITH_PREVIOUS,
        MERGED_WITH_NEXT,
        CONTIGUOUS;

        static Behaviour parse(String name) {
            for (Behaviour it : values()) {
                if (it.name()
                        .replace("_", "")
                        .toLowerCase(Locale.ROOT)
                        .equals(name.toLowerCase(Locale.ROOT))) {
                    return it;
                }
            }
            throw new TokenizerException(
                    "the split behaviour %s is not known; known are Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous",
                    Visible.text(name));
        }
    }

    /// Cuts at a pattern.
    ///
    /// @param invert whether what lies between the matches counts as the matches
    static Splitter at(BoundedRegex pattern, Behaviour behaviour, boolean invert) {
        return (text, first, out) -> {
            Cutter cutter = new Cutter(text, behaviour, out);
            int[] from = {0};
            pattern.findAll(
                    text,
                    (start, end) -> {
                        cutter.range(from[0], start, invert);
                        cutter.range(start, end, !invert);
                        from[0] = end;
                    });
            cutter.range(from[0], text.length(), invert);
            cutter.flush();
        };
    }

    /// Cuts at characters, each one a match for itself.
    static Splitter at(IntPredicate characters, Behaviour behaviour) {
        return (text, first, out) -> {
            Cutter cutter = new Cutter(text, behaviour, out);
            int from = 0;
            int character;
            for (int at = 0; at < text.length(); at += Character.charCount(character)) {
                character = text.codePointAt(at);
                if (characters.test(character)) {
                    cutter.range(from, at, false);
                    from = at + Character.charCount(character);
                    cutter.range(at, from, true);
                }
            }
            cutter.range(from, text.length(), false);
            cutter.flush();
        };
    }

    /// Collects ranges into stretches; the last one waits, as what follows may belong to it.
    private static final class Cutter {
        private final String text;
        private final Behaviour behaviour;
        private final Consumer<String> out;
        private int from;
        private int to;
        private boolean lastMatched;
        private boolean any;

        Cutter(String text, Behaviour behaviour, Consumer<String> out) {
            this.text = text;
            this.behaviour = behaviour;
            this.out = out;
        }

        void range(int start, int end, boolean match) {
            if (start == end) {
                return;
            }
            boolean joins =
                    any
                            && switch (behaviour) {
                                case REMOVED, ISOLATED -> false;
                                case MERGED_WITH_PREVIOUS -> match && !lastMatched;
                                case MERGED_WITH_NEXT -> !match && lastMatched;
                                case CONTIGUOUS -> match == lastMatched;
                            };
            if (!joins) {
                flush();
                from = start;
            }
            to = behaviour == Behaviour.REMOVED && match ? from : end;
            any = true;
            lastMatched = match;
        }

        void flush() {
            if (to > from) {
                out.accept(text.substring(from, to));
            }
            from = to;
        }
    }

    /// Spells each stretch as the letters of its bytes ("ByteLevel").
    static Splitter byteLetters(boolean spaceFirst, boolean cut) {
        Splitter words = cut ? at(GPT2, Behaviour.ISOLATED, false) : Splitter.WHOLE;
        return (text, first, out) ->
                words.split(
                        spaceFirst && !text.startsWith(" ") ? " " + text : text,
                        first,
                        stretch -> out.accept(ByteLetters.of(stretch)));
    }

    /// When a word mark is put before a text.
    enum Prepend {
        ALWAYS,
        FIRST,
        NEVER
    }

    /// Marks where words begin ("Metaspace").
    static Splitter wordMarks(int mark, Prepend prepend, boolean cut) {
        String sign = Character.toString(mark);
        Splitter words = cut ? at(it -> it == mark, Behaviour.MERGED_WITH_NEXT) : Splitter.WHOLE;
        return (text, first, out) -> {
            String marked = text.replace(" ", sign);
            boolean wanted =
                    switch (prepend) {
                        case ALWAYS -> true;
                        case FIRST -> first;
                        case NEVER -> false;
                    };
            words.split(wanted && !marked.startsWith(sign) ? sign + marked : marked, first, out);
        };
    }

    static boolean isSpace(int character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || character == 0x85;
    }

    static boolean isPunctuation(int character) {
        boolean ascii =
                character >= '!' && character <= '/'
                        || character >= ':' && character <= '@'
                        || character >= '[' && character <= '`'
                        || character >= '{' && character <= '~';
        return ascii
                || switch (Character.getType(character)) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION ->
                            true;
                    default -> false;
                };
    }

    /// A digit, a letter-like or a fraction-like number.
    static boolean isNumber(int character) {
        return switch (Character.getType(character)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
                    true;
            default -> false;
        };
    }
}
