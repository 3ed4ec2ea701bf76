package org.cumae.unit;

import org.cumae.Check;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The characters of one text, in the order of Unicode. A character is a code point: an emoji is
/// one, a letter with a combining mark is two.
public final class Characters implements Tokenizer {
    private final List<String> characters;
    private final Map<Integer, Integer> ids;

    private Characters(List<String> characters) {
        this.characters = characters;
        this.ids = HashMap.newHashMap(characters.size());
        for (int id = 0; id < characters.size(); id++) {
            ids.put(characters.get(id).codePointAt(0), id);
        }
    }

    /// Learns the characters of a text.
    ///
    /// @throws IllegalArgumentException if the text is empty
    public static Characters of(String text) {
        Check.argument(
                !text.isEmpty(), "the text is empty; give one that has every character to learn");
        return new Characters(
                WellFormed.of(text)
                        .codePoints()
                        .sorted()
                        .distinct()
                        .mapToObj(Character::toString)
                        .toList());
    }

    /// Takes characters in the order of their ids.
    ///
    /// @throws IllegalArgumentException if one of them is not one character, or comes twice
    public static Characters inOrder(List<String> characters) {
        Characters result = new Characters(List.copyOf(characters));
        for (String character : result.characters) {
            Check.argument(
                    isOne(character),
                    "'%s' is not one character; give one code point each",
                    character);
        }
        Check.argument(!characters.isEmpty(), "there are no characters; give at least one");
        Check.argument(
                result.ids.size() == characters.size(),
                "%d characters, but only %d different ones; give each once",
                characters.size(),
                result.ids.size());
        return result;
    }

    static boolean isOne(String text) {
        return !text.isEmpty() && text.length() == Character.charCount(text.codePointAt(0));
    }

    /// The characters by id.
    public List<String> characters() {
        return characters;
    }

    @Override
    public String name() {
        return "characters";
    }

    @Override
    public int size() {
        return characters.size();
    }

    @Override
    public int[] encode(String text, Encoding how) {
        Ints out = new Ints(text.length());
        int character;
        for (int at = 0; at < text.length(); at += Character.charCount(character)) {
            character = text.codePointAt(at);
            Integer id = ids.get(character >= 0xD800 && character <= 0xDFFF ? 0xFFFD : character);
            if (id == null) {
                throw new IllegalArgumentException(
                        "the character %s at offset %d is not among the %d of this tokenizer; leave it out, or train on a text that has it"
                                .formatted(Visible.character(character), at, size()));
            }
            out.add(id);
        }
        return out.toArray();
    }

    @Override
    public Detokenizer detokenizer(Decoding how) {
        return new Detokenizer(this::display, Joining.AS_IS, how);
    }

    @Override
    public byte[] bytes(int id) {
        return display(id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String display(int id) {
        Check.argument(
                id >= 0 && id < size(),
                "id is %d; these characters have ids from 0 to %d",
                id,
                size() - 1);
        return characters.get(id);
    }

    @Override
    public SpecialTokens special() {
        return SpecialTokens.NONE;
    }

    @Override
    public Promise promise() {
        return Promise.KNOWN_CHARACTERS;
    }

    @Override
    public TokenizerFile file() {
        return TokenizerJsonWriter.characters(characters);
    }
}
