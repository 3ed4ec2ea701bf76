package org.cumae.unit;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// SentencePiece's table of replacements ("precompiled charsmap"): a double-array tree over UTF-8,
/// then the texts it leads to, each ended by a zero byte. Every step is checked: the table is a
/// stranger's.
final class CharacterMap {
    private static final Pattern GRAPHEME = Pattern.compile("\\X");

    private final int[] units;
    private final byte[] texts;

    private CharacterMap(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
    }

    static CharacterMap read(byte[] map) {
        ByteBuffer buffer = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
        int size = map.length < 4 ? -1 : buffer.getInt();
        if (size < 4 || size > buffer.remaining() || size % 4 != 0) {
            throw new TokenizerException(
                    "the character map has %d bytes and says that %d of them are its tree",
                    map.length, size);
        }
        int[] units = new int[size / 4];
        buffer.asIntBuffer().get(units);
        byte[] texts = new byte[buffer.remaining() - size];
        buffer.get(buffer.position() + size, texts);
        return new CharacterMap(units, texts);
    }

    /// Replaces the longest entry at each place, as SentencePiece does.
    String replaceLongest(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (int at = 0; at < bytes.length; ) {
            Found found = longest(bytes, at);
            if (found == null) {
                int length = length(bytes[at]);
                out.write(bytes, at, length);
                at += length;
            } else {
                out.write(texts, found.text(), textEnd(found.text()) - found.text());
                at += found.length();
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// Replaces short graphemes as a whole and other characters one by one, as `tokenizer.json` has
    /// it.
    String replaceGraphemes(String text) {
        StringBuilder out = new StringBuilder(text.length());
        Matcher graphemes = GRAPHEME.matcher(text);
        while (graphemes.find()) {
            String grapheme = graphemes.group();
            byte[] bytes = grapheme.getBytes(StandardCharsets.UTF_8);
            String whole = bytes.length < 6 ? replacement(bytes) : null;
            if (whole != null) {
                out.append(whole);
                continue;
            }
            grapheme.codePoints()
                    .mapToObj(Character::toString)
                    .forEach(
                            it -> {
                                String one = replacement(it.getBytes(StandardCharsets.UTF_8));
                                out.append(one == null ? it : one);
                            });
        }
        return out.toString();
    }

    /// The shortest entry that a text begins with, as that format's reader takes it.
    private @Nullable String replacement(byte[] bytes) {
        Found found = find(bytes, 0, true);
        return found == null
                ? null
                : new String(
                        texts,
                        found.text(),
                        textEnd(found.text()) - found.text(),
                        StandardCharsets.UTF_8);
    }

    private record Found(int text, int length) {}

    private @Nullable Found longest(byte[] bytes, int at) {
        return find(bytes, at, false);
    }

    private @Nullable Found find(byte[] bytes, int at, boolean first) {
        Found best = null;
        int node = offset(units[0]);
        for (int i = at; i < bytes.length; i++) {
            node ^= bytes[i] & 0xFF;
            if (node < 0 || node >= units.length) {
                break;
            }
            int unit = units[node];
            if ((unit & 0x8000_00FF) != (bytes[i] & 0xFF)) {
                break;
            }
            node ^= offset(unit);
            if ((unit >>> 8 & 1) == 1) {
                int text = node >= 0 && node < units.length ? units[node] & 0x7FFF_FFFF : -1;
                if (text < 0 || text >= texts.length) {
                    break;
                }
                best = new Found(text, i + 1 - at);
                if (first) {
                    break;
                }
            }
        }
        return best;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private int textEnd(int from) {
        int end = from;
        while (end < texts.length && texts[end] != 0) {
            end++;
        }
        return end;
    }

    private static int length(byte lead) {
        int octet = lead & 0xFF;
        return octet < 0x80 ? 1 : octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
    }
}
